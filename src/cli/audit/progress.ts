import type { ListProgress } from '../../cluster/list.ts';
import type { Output } from '../io.ts';

/** Shows how far a long survey has come. */
export interface Progress {
  /** Called for each page of a list. */
  page(what: string, progress: ListProgress): void;
  /** Clears a line that was written for the moment only. */
  done(): void;
}

/** On a terminal one line that is overwritten; elsewhere a line for each list of more than one page. */
export const progressOn = (output: Output): Progress => (output.isTTY ? oneLine(output) : lines(output));

function oneLine(output: Output): Progress {
  let width = 0;
  const write = (text: string): void => {
    // Spaces overwrite a longer line on every terminal.
    output.write(`\r${text.padEnd(width)}`);
    width = text.length;
  };
  return {
    page: (what, progress) => write(inWords(what, progress)),
    done() {
      if (width === 0) return;
      write('');
      output.write('\r');
    },
  };
}

function lines(output: Output): Progress {
  const shown = new Set<string>();
  return {
    page(what, progress) {
      if (shown.has(what) || !progress.remaining) return;
      shown.add(what);
      output.write(`${inWords(what, progress)}\n`);
    },
    done() {},
  };
}

const inWords = (what: string, { listed, remaining }: ListProgress): string =>
  remaining ? `${what}: ${listed} of about ${listed + remaining}` : `${what}: ${listed}`;

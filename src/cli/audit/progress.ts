import type { ListProgress } from '../../cluster/list.ts';
import type { Output } from '../io.ts';

/** Tells how far a long look has come. */
export interface Progress {
  /** Called for each page of a list. */
  page(what: string, progress: ListProgress): void;
  /** Takes away what was written for the moment only. */
  done(): void;
}

/** On a terminal one line that is written over; elsewhere a line for each list that takes more than a page. */
export const progressOn = (output: Output): Progress => (output.isTTY ? oneLine(output) : lines(output));

function oneLine(output: Output): Progress {
  let width = 0;
  const write = (text: string): void => {
    // Spaces over what was longer: they work on every terminal.
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
  const told = new Set<string>();
  return {
    page(what, progress) {
      if (told.has(what) || !progress.remaining) return;
      told.add(what);
      output.write(`${inWords(what, progress)}\n`);
    },
    done() {},
  };
}

const inWords = (what: string, { listed, remaining }: ListProgress): string =>
  remaining ? `${what}: ${listed} of about ${listed + remaining}` : `${what}: ${listed}`;

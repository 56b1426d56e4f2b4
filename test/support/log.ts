import { createLog, type Log, type LogFile } from '../../src/log.ts';

export interface CollectedLog {
  readonly log: Log;
  readonly lines: Record<string, unknown>[];
  /** The same as it was written. */
  readonly text: () => string;
  /** For who makes the logger itself. */
  readonly destination: LogFile;
  /** The lines with this message. */
  readonly told: (message: string) => Record<string, unknown>[];
}

/** A logger that keeps its lines, read back from JSON. */
export function collectLog(level = 'debug'): CollectedLog {
  const lines: Record<string, unknown>[] = [];
  let text = '';
  const destination = {
    write: (line: string) => {
      text += line;
      lines.push(JSON.parse(line));
    },
    flushSync: () => {},
  };
  return {
    log: createLog(level, destination),
    lines,
    text: () => text,
    destination,
    told: (message) => lines.filter(({ msg }) => msg === message),
  };
}

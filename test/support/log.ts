import { createLog, type Log, type LogFile } from '../../src/log.ts';

export interface CollectedLog {
  readonly log: Log;
  readonly lines: Record<string, unknown>[];
  /** The unparsed text. */
  readonly text: () => string;
  /** For code that creates the logger itself. */
  readonly destination: LogFile;
  /** The lines with this message. */
  readonly logged: (message: string) => Record<string, unknown>[];
}

/** A logger that collects its lines, parsed from JSON. */
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
    logged: (message) => lines.filter(({ msg }) => msg === message),
  };
}

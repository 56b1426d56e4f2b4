import { createLog, type Log, type LogFile } from '../../src/log.ts';

export interface CollectedLog {
  readonly log: Log;
  readonly lines: Record<string, unknown>[];
  /** For who makes the logger itself. */
  readonly destination: LogFile;
  /** The lines with this message. */
  readonly told: (message: string) => Record<string, unknown>[];
}

/** A logger that keeps its lines, read back from JSON. */
export function collectLog(level = 'debug'): CollectedLog {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)), flushSync: () => {} };
  return {
    log: createLog(level, destination),
    lines,
    destination,
    told: (message) => lines.filter(({ msg }) => msg === message),
  };
}

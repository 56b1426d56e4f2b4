import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;
export type LogDestination = DestinationStream;

/**
 * The root logger: JSON lines with a constant message, facts under fixed keys, outside text only as a value under a
 * key of ours. Time is ISO in UTC, the level a name. Kubernetes adds host and process itself.
 */
export function createLog(level: string, destination: LogDestination): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: escaped },
    },
    destination,
  );
}

/**
 * JSON may hold characters that end a line for some readers of logs, steer a terminal, or turn the direction of writing:
 * only the first 32 have to be escaped. Here all of them are, so that one line is one line to everybody, and nothing is lost.
 */
const escaped = (line: string): string =>
  line.replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/** The same text as pino's own, made once a second instead of once a line. */
function isoTime(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    upToSecond = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
  }
  return `,"time":"${upToSecond}${String(now % 1000).padStart(3, '0')}Z"`;
}

let lastSecond = 0;
let upToSecond = '';

export interface LogFile extends LogDestination {
  flushSync(): void;
}

/**
 * A file descriptor, written in pieces: a write per line would cost more than the answer that it tells of. pino writes
 * the rest when the process exits, after an uncaught error, too. Nothing of it runs in pino's worker threads:
 * those look for their files beside pino's own, and a bundle has none.
 */
export function logFile(fileDescriptor: number): LogFile {
  const file = pino.destination({
    fd: fileDescriptor,
    sync: false,
    minLength: 32 * 1024, // some eighty lines
    maxWrite: 64 * 1024, // bytes of one write; its own 16 KiB would cut what was gathered into pieces again
    periodicFlush: 250, // ms; so a quiet server's lines come while they still mean something
    maxLength: 16 * 1024 * 1024, // a reader that is stuck loses lines, not the server its memory
    contentMode: 'buffer', // of text it would count the bytes gathered so far anew for each line
  });
  // Its types know of text alone.
  const bytes = file as unknown as { write(bytes: Uint8Array): boolean };
  return {
    write(line) {
      bytes.write(Buffer.from(line));
    },
    flushSync: () => file.flushSync(),
  };
}

/** Outside text on its way into a line: cut, since a uid or a name may be as long as the review. */
export const cut = (text: string): string => (text.length > 256 ? `${text.slice(0, 256)}…` : text);

import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger & InfoLines;

interface InfoLines {
  /**
   * Writes a line at level info. `fields` is JSON already, such as `"path":"/x","status":200`. It is for lines that are so
   * frequent that pino's own formatting costs too much. Each text in `fields`, and the message, must be plain (`isPlain`).
   */
  writeInfo(fields: string, message: string): void;
}

/** Whether a text is the same in JSON and in a line of the log: no character of it is escaped in either. */
export const isPlain = (text: string): boolean => /^[ !#-[\]-~]*$/.test(text);

export type LogDestination = DestinationStream;

/**
 * Creates the root logger. It writes JSON lines with a constant message and facts under fixed keys; text from outside is
 * always a value under one of our keys. The time is ISO 8601 in UTC, and the level is a name. Kubernetes adds host and
 * process.
 */
export function createLog(level: string, destination: LogDestination): Log {
  const timestamp = isoTimestamp();
  const logger = pino(
    {
      level,
      base: null,
      timestamp,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: escaped },
    },
    destination,
  );
  const writesInfo = logger.isLevelEnabled('info');
  return Object.assign(logger, {
    writeInfo(fields: string, message: string): void {
      if (writesInfo) destination.write(`{"level":"info"${timestamp()},${fields},"msg":"${message}"}\n`);
    },
  });
}

/**
 * Escapes all control and format characters of a line. JSON requires that for the first 32 only, but others end a line in
 * some log viewers, control a terminal, or change the direction of the text. No information is lost.
 */
const escaped = (line: string): string =>
  line.replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/** The text of pino's `isoTime`, formatted once a second instead of once a line. */
function isoTimestamp(): () => string {
  let lastSecond = 0;
  let upToSecond = '';
  return () => {
    const now = Date.now();
    const second = Math.floor(now / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      upToSecond = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
    }
    return `,"time":"${upToSecond}${String(now % 1000).padStart(3, '0')}Z"`;
  };
}

/** Milliseconds until a line appears, also on an idle server. */
const LATEST = 250;

export interface LogFile extends LogDestination {
  flushSync(): void;
}

/**
 * Writes lines to a file descriptor in batches: one write a line would cost more than the answer that the line is about.
 * pino writes the rest when the process exits, also after an uncaught error. It uses none of pino's worker threads:
 * these load files from pino's folder, which a bundle does not have.
 */
export function logFile(fileDescriptor: number): LogFile {
  const file = pino.destination({
    fd: fileDescriptor,
    sync: false,
    minLength: 32 * 1024, // some eighty lines
    maxWrite: 64 * 1024, // bytes of one write; the default of 16 KiB would split a batch again
    maxLength: 16 * 1024 * 1024, // a stuck reader loses lines, so that the server does not run out of memory
    contentMode: 'buffer', // with text, pino would count the bytes of the whole batch again for each line
  });
  // pino's types allow text only.
  const bytes = file as unknown as { write(bytes: Uint8Array): boolean };
  // pino's own periodic flush writes four times a second even when there is nothing to write.
  let waits = false;
  const flush = (): void => {
    waits = false;
    file.flush();
  };
  return {
    write(line) {
      bytes.write(Buffer.from(line));
      if (waits) return;
      waits = true;
      setTimeout(flush, LATEST).unref();
    },
    flushSync: () => file.flushSync(),
  };
}

/** Cuts outside text for a log line, since a uid or a name may be as long as the review. */
export const cut = (text: string): string => (text.length > 256 ? `${text.slice(0, 256)}…` : text);

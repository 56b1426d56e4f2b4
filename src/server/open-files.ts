/** The soft limit of open files in the text of /proc/self/limits (`ulimit -n`); undefined when it is unlimited or not there. */
export function openFileLimit(limits: string): number | undefined {
  const soft = /^Max open files +(\d+) /m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/**
 * The open files that are kept back for everything but the webhooks' connections: up to 256 connections of the ops port, those to
 * the API server, logs, threads and mounted files. A replica without a connection of a webhook has about 40 open.
 */
const OTHER_FILES = 320;

/**
 * The connections that fit into so many open files; half of a small number, since the ops port needs the rest. Beyond the
 * limit Node accepts and closes a connection without an event, even that of an API server.
 */
export const connectionsWithin = (openFiles: number): number =>
  Math.max(openFiles - OTHER_FILES, Math.ceil(openFiles / 2));

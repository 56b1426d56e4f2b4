import { ApiError } from './api-error.ts';
import type { Collection, KubernetesObject } from './collection.ts';
import { type Connection, reasonOf } from './connection.ts';
import { deadline } from './deadline.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  /** A bookmark has only a resource version. */
  readonly object: KubernetesObject;
}

/** Milliseconds. */
export interface StreamTimes {
  /** For the response headers, and for the end of the watch after `lifetime`. */
  readonly timeout: number;
  /** How long the API server is asked to keep the watch open (timeoutSeconds). */
  readonly lifetime: number;
}

export interface StreamOptions {
  readonly connection: Connection;
  readonly collection: Collection;
  /** The resource version to continue from. */
  readonly version: string;
  /** Called for the response and for each chunk of it. */
  readonly onHeartbeat: () => void;
  readonly times: StreamTimes;
  readonly signal: AbortSignal;
}

/** Yields the events of one watch call, until the API server ends it as requested. Any other end throws. */
export async function* watchStream(options: StreamOptions): AsyncGenerator<WatchEvent> {
  const { connection, collection, version, onHeartbeat, times } = options;
  const { path, ...selectors } = collection;
  const query = {
    ...selectors,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    // Jitter, or watches that were opened together would end together.
    timeoutSeconds: String(Math.ceil((times.lifetime / 1000) * (0.8 + Math.random() / 5))),
  };
  const limit = deadline(options.signal, times.timeout, `no response within ${times.timeout / 1000} s`);
  // Only the end after `lifetime` proves that a watch is alive. Bookmarks come every minute, but not before the first event
  // of the watch (apiserver, storage/cacher: cacheWatcher.processInterval).
  const silence = times.lifetime + times.timeout;
  const heard = (): void => {
    limit.extend(silence, `the watch sent nothing for ${silence / 1000} s and did not end on time`);
    onHeartbeat();
  };
  try {
    const body = await connection.open({ path, query, signal: limit.signal });
    heard();
    for await (const line of linesOf(noting(body, heard))) yield eventOf(line);
  } catch (error) {
    throw reasonOf(error, limit.signal);
  } finally {
    limit.clear();
  }
}

async function* noting(chunks: AsyncIterable<Uint8Array>, heard: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    heard();
    yield chunk;
  }
}

function eventOf(line: string): WatchEvent {
  const event = JSON.parse(line) as
    | WatchEvent
    | { type: 'ERROR'; object: { code?: number; message?: string } };
  if (event.type !== 'ERROR') return event;
  // After a 200 the API server sends errors as events, mostly an expired resource version.
  throw new ApiError(event.object.code ?? 500, event.object.message ?? 'the watch ended with an error');
}

/** The lines of a stream of bytes, without line ends. Text after the last line end is dropped. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // The parts of an unfinished line. An object of 3 MiB arrives in hundreds of chunks, which are joined once.
  let parts: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
    parts.push(first);
    for (const part of rest) {
      yield parts.join('');
      parts = [part];
    }
  }
}

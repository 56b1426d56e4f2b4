import { ApiError } from './api-error.ts';
import type { Collection, KubernetesObject } from './collection.ts';
import { type Connection, reasonOf } from './connection.ts';
import { deadline } from './deadline.ts';
import { linesOf } from './lines.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  /** Of a bookmark only the version means anything. */
  readonly object: KubernetesObject;
}

/** Milliseconds. */
export interface StreamTimes {
  /** For the headers, and for an end that is due. */
  readonly answer: number;
  /** How long the API server is asked to keep it open. */
  readonly lifetime: number;
}

export interface StreamOptions {
  readonly connection: Connection;
  readonly collection: Collection;
  /** Go on from here. */
  readonly version: string;
  /** Called for whatever is heard. */
  readonly onHeartbeat: () => void;
  readonly times: StreamTimes;
  readonly signal: AbortSignal;
}

/** What happens to a collection, until the API server ends the watch as it was asked to. Everything else throws. */
export async function* watchStream(options: StreamOptions): AsyncGenerator<WatchEvent> {
  const { connection, collection, version, onHeartbeat, times } = options;
  const { path, ...selectors } = collection;
  const query = {
    ...selectors,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    // A little apart, or watches that were opened together would end together.
    timeoutSeconds: String(Math.ceil((times.lifetime / 1000) * (0.8 + Math.random() / 5))),
  };
  const limit = deadline(options.signal, times.answer, `no answer within ${times.answer / 1000} s`);
  // Nothing else can be relied on: bookmarks come every minute, but none where nothing has happened since the watch began
  // (apiserver, storage/cacher: cacheWatcher.processInterval).
  const silence = times.lifetime + times.answer;
  const heard = (): void => {
    limit.extend(
      silence,
      `the watch said nothing for ${silence / 1000} s, and did not end as it should have`,
    );
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
  // The refusal comes as an event when the watch had begun with a 200: a version that is compacted away, mostly.
  throw new ApiError(event.object.code ?? 500, event.object.message ?? 'the watch ended with an error');
}

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from '../../src/cluster/connection.ts';
import { CollectionWatch, type WatchChange, type WatchTimes } from '../../src/cluster/watch.ts';
import { ApiServer } from '../support/api-server.ts';

const PODS = '/api/v1/pods';
const pod = (name: string): string => `/api/v1/namespaces/tool-a/pods/${name}`;
const times: WatchTimes = { answer: 300, lifetime: 60_000, pauses: { from: 10, to: 50 } };

let api: ApiServer;
let connection: Connection;
let stop: AbortController;
const ended: Promise<void>[] = [];

beforeEach(async () => {
  api = await ApiServer.start();
  connection = api.connect();
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await Promise.all(ended.splice(0));
  connection.close();
  await api[Symbol.asyncDispose]();
});

/** Watches all Pods, keeping of each its field `image`. */
function watchPods(overrides: Partial<WatchTimes> = {}) {
  const known = new Map<string, unknown>();
  const changes: WatchChange<unknown>[] = [];
  const troubles: unknown[] = [];
  let lives = 0;
  const watch = new CollectionWatch<unknown>({
    connection,
    collection: { path: PODS },
    keep: (object) => (object as unknown as { image: string }).image,
    onChange(change) {
      changes.push(change);
      if (change.kind === 'listed') {
        known.clear();
        for (const [key, object] of change.objects) known.set(key, object);
      } else if (change.kind === 'put') known.set(change.key, change.object);
      else known.delete(change.key);
    },
    onHeartbeat: () => {
      lives += 1;
    },
    onTrouble: (error) => troubles.push(error),
    times: { ...times, ...overrides },
  });
  ended.push(watch.run(stop.signal));
  const messages = () => troubles.map((error) => (error as Error).message);
  const kinds = () => changes.map(({ kind }) => kind);
  return { watch, known, kinds, messages, lives: () => lives };
}

const requestsOf = (kind: 'list' | 'watch'): string[] =>
  api.requests.filter((request) => request.includes('watch=true') === (kind === 'watch'));

test('lists once, then hears what is added, changed and removed', async () => {
  api.put(pod('one'), { image: 'a' });
  const { known, kinds } = watchPods();
  await expect.poll(() => api.openWatches).toBe(1);
  expect([...known]).toEqual([['tool-a/one', 'a']]);
  api.put(pod('two'), { image: 'b' });
  api.put(pod('one'), { image: 'c' });
  api.remove(pod('two'));
  await expect.poll(kinds).toEqual(['listed', 'put', 'put', 'removed']);
  expect([...known]).toEqual([['tool-a/one', 'c']]);
  expect(requestsOf('list')).toHaveLength(1);
});

test('reads a long list page by page, and gives it as one', async () => {
  for (let number = 0; number < 25; number += 1) api.put(pod(`pod-${number}`));
  api.pageSize = 10;
  const { known, kinds } = watchPods();
  await expect.poll(kinds).toEqual(['listed']);
  expect(known.size).toBe(25);
  expect(requestsOf('list')).toHaveLength(3);
});

test('asks for bookmarks, and resumes from the last one', async () => {
  watchPods();
  await expect.poll(() => api.openWatches).toBe(1);
  expect(requestsOf('watch')[0]).toContain('allowWatchBookmarks=true');
  api.put('/api/v1/namespaces/tf-public/configmaps/of-no-interest');
  api.bookmark();
  api.compact();
  api.endWatches('end');
  await expect.poll(() => api.openWatches).toBe(1);
  expect(requestsOf('watch').at(-1)).toContain('resourceVersion=101');
  expect(requestsOf('list')).toHaveLength(1);
});

test.each(['end', 'reset'] as const)(
  'a watch that is cut off (%s) goes on where it was, and misses nothing',
  async (how) => {
    api.put(pod('one'), { image: 'a' });
    const { known, kinds } = watchPods();
    await expect.poll(() => api.openWatches).toBe(1);
    api.endWatches(how);
    api.put(pod('one'), { image: 'b' });
    api.remove(pod('one'));
    api.put(pod('one'), { image: 'c' });
    await expect.poll(kinds).toEqual(['listed', 'put', 'removed', 'put']);
    expect(known.get('tool-a/one')).toBe('c');
  },
);

test('what was compacted away is listed anew', async () => {
  api.put(pod('one'), { image: 'a' });
  const { known, kinds, messages } = watchPods();
  await expect.poll(() => api.openWatches).toBe(1);
  api.endWatches('reset');
  api.remove(pod('one'));
  api.put(pod('two'), { image: 'b' });
  api.compact();
  api.put(pod('three'), { image: 'c' });
  await expect.poll(kinds).toEqual(['listed', 'listed']);
  expect([...known.keys()]).toEqual(['tool-a/two', 'tool-a/three']);
  expect(messages()).toContain('too old resource version');
});

test('a watch that is told 410 in the middle lists anew', async () => {
  const { kinds } = watchPods();
  await expect.poll(() => api.openWatches).toBe(1);
  api.failWatches(410, 'the resourceVersion for the provided watch is too old');
  await expect.poll(kinds).toEqual(['listed', 'listed']);
});

test.each([401, 403, 500, 503, 429, 'reset', 'silence'] as const)(
  'a list that fails (%s) is tried until it succeeds',
  async (fault) => {
    api.put(pod('one'), { image: 'a' });
    api.faults.list = fault;
    const { known, messages } = watchPods();
    await expect.poll(() => messages().length, { timeout: 5_000 }).toBeGreaterThan(2);
    delete api.faults.list;
    await expect.poll(() => known.size, { timeout: 5_000 }).toBe(1);
  },
);

test.each([401, 403, 500, 'reset', 'silence'] as const)(
  'a watch that fails (%s) is tried until it succeeds, and then tells all',
  async (fault) => {
    const { known, messages } = watchPods();
    await expect.poll(() => api.openWatches).toBe(1);
    api.faults.watch = fault;
    api.endWatches('reset');
    api.put(pod('one'), { image: 'a' });
    await expect.poll(() => messages().length, { timeout: 5_000 }).toBeGreaterThan(2);
    delete api.faults.watch;
    await expect.poll(() => known.size, { timeout: 5_000 }).toBe(1);
  },
);

test('after three failures in a row it lists, since the version itself may be what is wrong', async () => {
  const { messages } = watchPods();
  await expect.poll(() => api.openWatches).toBe(1);
  api.faults.watch = 500;
  api.endWatches('reset');
  await expect.poll(() => requestsOf('list').length).toBeGreaterThan(1);
  expect(messages().length).toBeGreaterThanOrEqual(3);
});

test('an API server that is not there yet is waited for', async () => {
  const { url } = api;
  await api[Symbol.asyncDispose]();
  const { messages } = watchPods();
  await expect.poll(() => messages().length).toBeGreaterThan(2);
  expect(messages()[0]).toBe(`connect ECONNREFUSED ${new URL(url).host}`);
  api = await ApiServer.start();
});

test('a watch that says nothing, and does not end in time, is replaced', async () => {
  const { known, messages } = watchPods({ lifetime: 100 });
  await expect.poll(() => api.openWatches).toBe(1);
  api.endWatches('silence');
  api.put(pod('one'), { image: 'a' });
  await expect.poll(() => known.size, { timeout: 2_000 }).toBe(1);
  expect(messages()).toEqual(['the watch said nothing for 0.4 s, and did not end as it should have']);
});

test('bookmarks are heartbeats', async () => {
  const { messages, lives } = watchPods({ lifetime: 100 });
  await expect.poll(() => api.openWatches).toBe(1);
  const before = lives();
  const talking = setInterval(() => api.bookmark(), 100);
  await expect.poll(() => lives() - before, { timeout: 5_000 }).toBeGreaterThan(8);
  clearInterval(talking);
  expect(messages()).toEqual([]);
});

test('after a watch that ends at once the next one waits for the pause', async () => {
  const { messages } = watchPods({ pauses: { from: 600_000, to: 600_000 } });
  await expect.poll(() => api.openWatches).toBe(1);
  const endedAtOnce = () => {
    api.endWatches('end');
    return messages();
  };
  await expect.poll(endedAtOnce, { timeout: 5_000 }).toEqual(['the watch ended at once']);
  const before = requestsOf('watch').length;
  // Without the pause the next one would come before the answers to these.
  for (let call = 0; call < 3; call += 1) await connection.call({ path: PODS, signal: stop.signal });
  expect(requestsOf('watch')).toHaveLength(before);
});

test('told that it knows too little, it lists at once', async () => {
  const { watch, kinds, messages } = watchPods();
  await expect.poll(() => api.openWatches).toBe(1);
  watch.relist();
  await expect.poll(kinds).toEqual(['listed', 'listed']);
  expect(messages()).toEqual([]);
});

test('the signal ends it, whatever it is doing', async () => {
  watchPods();
  await expect.poll(() => api.openWatches).toBe(1);
  stop.abort();
  await Promise.all(ended);
  await expect.poll(() => api.openWatches).toBe(0);
});

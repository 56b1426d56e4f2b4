import { expect, test, vi } from 'vitest';
import { CollectionWatch, type WatchChange, type WatchTimes } from '../../src/cluster/watch.ts';
import { apiFixture } from '../support/api-fixture.ts';
import { ApiServer } from '../support/api-server.ts';

const PODS = '/api/v1/pods';
const pod = (name: string): string => `/api/v1/namespaces/tool-a/pods/${name}`;
const fixture = apiFixture();
const times: WatchTimes = { timeout: 300, lifetime: 60_000, pauses: { from: 10, to: 50 } };

/** Watches all Pods, and keeps the field `image` of each. */
function watchPods(overrides: Partial<WatchTimes> = {}) {
  const known = new Map<string, unknown>();
  const changes: WatchChange<unknown>[] = [];
  const troubles: unknown[] = [];
  let heartbeats = 0;
  const watch = new CollectionWatch<unknown>({
    connection: fixture.connection,
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
      heartbeats += 1;
    },
    onTrouble: (error) => troubles.push(error),
    times: { ...times, ...overrides },
  });
  fixture.running.push(watch.run(fixture.stop.signal));
  const messages = () => troubles.map((error) => (error as Error).message);
  const kinds = () => changes.map(({ kind }) => kind);
  return { watch, known, kinds, messages, heartbeats: () => heartbeats };
}

const requestsOf = (kind: 'list' | 'watch'): string[] =>
  fixture.api.requests.filter((request) => request.includes('watch=true') === (kind === 'watch'));

test('a watch lists once, then reports added, changed and removed objects', async () => {
  fixture.api.put(pod('one'), { image: 'a' });
  const { known, kinds } = watchPods();
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  expect([...known]).toEqual([['tool-a/one', 'a']]);
  fixture.api.put(pod('two'), { image: 'b' });
  fixture.api.put(pod('one'), { image: 'c' });
  fixture.api.remove(pod('two'));
  await expect.poll(kinds).toEqual(['listed', 'put', 'put', 'removed']);
  expect([...known]).toEqual([['tool-a/one', 'c']]);
  expect(requestsOf('list')).toHaveLength(1);
});

test('a watch reads a long list page by page, and reports it as one', async () => {
  for (let number = 0; number < 25; number += 1) fixture.api.put(pod(`pod-${number}`));
  fixture.api.pageSize = 10;
  const { known, kinds } = watchPods();
  await expect.poll(kinds).toEqual(['listed']);
  expect(known.size).toBe(25);
  expect(requestsOf('list')).toHaveLength(3);
});

test('a watch asks for bookmarks, and continues from the last one', async () => {
  watchPods();
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  expect(requestsOf('watch')[0]).toContain('allowWatchBookmarks=true');
  fixture.api.put('/api/v1/namespaces/tf-public/configmaps/of-no-interest');
  fixture.api.bookmark();
  fixture.api.compact();
  fixture.api.endWatches('end');
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  expect(requestsOf('watch').at(-1)).toContain('resourceVersion=101');
  expect(requestsOf('list')).toHaveLength(1);
});

test.each(['end', 'reset'] as const)(
  'an interrupted watch (%s) continues from its resource version, and misses no event',
  async (how) => {
    fixture.api.put(pod('one'), { image: 'a' });
    const { known, kinds } = watchPods();
    await expect.poll(() => fixture.api.openWatches).toBe(1);
    fixture.api.endWatches(how);
    fixture.api.put(pod('one'), { image: 'b' });
    fixture.api.remove(pod('one'));
    fixture.api.put(pod('one'), { image: 'c' });
    await expect.poll(kinds).toEqual(['listed', 'put', 'removed', 'put']);
    expect(known.get('tool-a/one')).toBe('c');
  },
);

test('a watch lists again when its resource version has expired', async () => {
  fixture.api.put(pod('one'), { image: 'a' });
  const { known, kinds, messages } = watchPods();
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  fixture.api.endWatches('reset');
  fixture.api.remove(pod('one'));
  fixture.api.put(pod('two'), { image: 'b' });
  fixture.api.compact();
  fixture.api.put(pod('three'), { image: 'c' });
  await expect.poll(kinds).toEqual(['listed', 'listed']);
  expect([...known.keys()]).toEqual(['tool-a/two', 'tool-a/three']);
  expect(messages()).toContain('too old resource version');
});

test('a watch lists again after a 410 event', async () => {
  const { kinds } = watchPods();
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  fixture.api.failWatches(410, 'the resourceVersion for the provided watch is too old');
  await expect.poll(kinds).toEqual(['listed', 'listed']);
});

test.each([401, 403, 500, 503, 429, 'reset', 'silence'] as const)(
  'a failing list (%s) is retried until it succeeds',
  async (fault) => {
    fixture.api.put(pod('one'), { image: 'a' });
    fixture.api.faults.list = fault;
    const { known, messages } = watchPods();
    await expect.poll(() => messages().length, { timeout: 5_000 }).toBeGreaterThan(2);
    delete fixture.api.faults.list;
    await expect.poll(() => known.size, { timeout: 5_000 }).toBe(1);
  },
);

test.each([401, 403, 500, 'reset', 'silence'] as const)(
  'a failing watch (%s) is retried, and then reports every event',
  async (fault) => {
    const { known, messages } = watchPods();
    await expect.poll(() => fixture.api.openWatches).toBe(1);
    fixture.api.faults.watch = fault;
    fixture.api.endWatches('reset');
    fixture.api.put(pod('one'), { image: 'a' });
    await expect.poll(() => messages().length, { timeout: 5_000 }).toBeGreaterThan(2);
    delete fixture.api.faults.watch;
    await expect.poll(() => known.size, { timeout: 5_000 }).toBe(1);
  },
);

test('a watch lists again after three failures in a row, since its resource version may be invalid', async () => {
  const { messages } = watchPods();
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  fixture.api.faults.watch = 500;
  fixture.api.endWatches('reset');
  await expect.poll(() => requestsOf('list').length).toBeGreaterThan(1);
  expect(messages().length).toBeGreaterThanOrEqual(3);
});

test('a watch retries until the API server is reachable', async () => {
  const { url } = fixture.api;
  await fixture.api[Symbol.asyncDispose]();
  const { messages } = watchPods();
  await expect.poll(() => messages().length).toBeGreaterThan(2);
  expect(messages()[0]).toBe(`connect ECONNREFUSED ${new URL(url).host}`);
  fixture.api = await ApiServer.start();
});

test('a silent watch is replaced when it does not end on time', async () => {
  const { known, messages } = watchPods({ lifetime: 100 });
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  fixture.api.endWatches('silence');
  fixture.api.put(pod('one'), { image: 'a' });
  await expect.poll(() => known.size, { timeout: 2_000 }).toBe(1);
  expect(messages()).toEqual(['the watch sent nothing for 0.4 s and did not end on time']);
});

test('bookmarks are heartbeats', async () => {
  const { messages, heartbeats } = watchPods({ lifetime: 100 });
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  const before = heartbeats();
  const bookmarks = setInterval(() => fixture.api.bookmark(), 100);
  await expect.poll(() => heartbeats() - before, { timeout: 5_000 }).toBeGreaterThan(8);
  clearInterval(bookmarks);
  expect(messages()).toEqual([]);
});

test('a watch that ends at once counts as a failure: the next one waits', async () => {
  const { messages } = watchPods({ pauses: { from: 600_000, to: 600_000 } });
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  const endedAtOnce = () => {
    fixture.api.endWatches('end');
    return messages();
  };
  await expect.poll(endedAtOnce, { timeout: 5_000 }).toEqual(['the watch ended at once']);
  const before = requestsOf('watch').length;
  // Without the pause the next watch would arrive before the responses to these calls.
  for (let call = 0; call < 3; call += 1)
    await fixture.connection.call({ path: PODS, signal: fixture.stop.signal });
  expect(requestsOf('watch')).toHaveLength(before);
});

test('relist lists at once', async () => {
  const { watch, kinds, messages } = watchPods();
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  watch.relist();
  await expect.poll(kinds).toEqual(['listed', 'listed']);
  expect(messages()).toEqual([]);
});

test('relist lists at once although further events have arrived', async () => {
  let relisted = false;
  const watch = new CollectionWatch({
    ...{ connection: fixture.connection, collection: { path: PODS }, keep: () => undefined, times },
    ...{ onHeartbeat: () => {}, onTrouble: () => {} },
    onChange({ kind }) {
      if (kind !== 'put' || relisted) return;
      relisted = true;
      watch.relist();
    },
  });
  fixture.running.push(watch.run(fixture.stop.signal));
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  for (let number = 0; number < 20; number += 1) fixture.api.put(pod(`pod-${number}`));
  await expect.poll(() => requestsOf('list').length).toBe(2);
});

test.each([
  [0, 96],
  [0.999, 120],
])('a watch asks for two minutes by default, less a random part (%d)', async (random, seconds) => {
  using _random = vi.spyOn(Math, 'random').mockReturnValue(random);
  const watch = new CollectionWatch({
    ...{ connection: fixture.connection, collection: { path: PODS }, keep: () => undefined },
    ...{ onChange: () => {}, onHeartbeat: () => {}, onTrouble: () => {} },
  });
  fixture.running.push(watch.run(fixture.stop.signal));
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  expect(requestsOf('watch')[0]).toContain(`timeoutSeconds=${seconds}`);
});

test('the signal ends a watch', async () => {
  watchPods();
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  fixture.stop.abort();
  await Promise.all(fixture.running);
  await expect.poll(() => fixture.api.openWatches).toBe(0);
});

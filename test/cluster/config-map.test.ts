import { once } from 'node:events';
import { expect, test } from 'vitest';
import { type ConfigMap, configMapWatch, getConfigMap } from '../../src/cluster/config-map.ts';
import type { Connection } from '../../src/cluster/connection.ts';
import {
  type ObjectTimes,
  type ObservedObject,
  objectTimes,
  type Trouble,
} from '../../src/cluster/object-watch.ts';
import { apiFixture } from '../support/api-fixture.ts';

const CATALOG = '/api/v1/namespaces/tf-public/configmaps/image-config';
const fixture = apiFixture();
const times: ObjectTimes = {
  timeout: 300,
  lifetime: 60_000,
  pauses: { from: 10, to: 50 },
  poll: 150,
  pollTimeout: 100,
  grace: 50,
  refusal: 100,
};

function watchCatalog(overrides: Partial<ObjectTimes> = {}) {
  const observations: ObservedObject<ConfigMap>[] = [];
  const troubles: Trouble[] = [];
  let heartbeats = 0;
  const watch = configMapWatch({
    connection: fixture.connection,
    namespace: 'tf-public',
    name: 'image-config',
    onObserved: (observed) => observations.push(observed),
    onHeartbeat: () => {
      heartbeats += 1;
    },
    onTrouble: (trouble) => troubles.push(trouble),
    times: { ...times, ...overrides },
  });
  fixture.running.push(watch.run(fixture.stop.signal));
  const last = (): unknown => {
    const observed = observations.at(-1);
    return observed?.kind === 'found' ? observed.object.data : observed?.kind;
  };
  return { observations, troubles, last, heartbeats: () => heartbeats };
}

const text = (value: string) => ({ data: { 'images-v1.yaml': value } });

test('a watch of a ConfigMap reports its data and annotations', async () => {
  fixture.api.put(CATALOG, { metadata: { annotations: { a: 'b' } }, ...text('one') });
  const { observations } = watchCatalog();
  await expect
    .poll(() => observations[0])
    .toEqual({
      kind: 'found',
      object: {
        namespace: 'tf-public',
        name: 'image-config',
        uid: 'uid-100',
        annotations: { a: 'b' },
        data: { 'images-v1.yaml': 'one' },
      },
    });
});

test('a watch of a ConfigMap requests only this object, as RBAC with resourceNames requires', async () => {
  watchCatalog();
  await expect.poll(() => fixture.api.requests.length).toBeGreaterThan(3);
  const allowed =
    /^GET \/api\/v1\/namespaces\/tf-public\/configmaps(\/image-config|\?fieldSelector=metadata.name%3Dimage-config&.*)$/;
  for (const request of fixture.api.requests) expect(request).toMatch(allowed);
});

test('a watch of a ConfigMap reports edits, a deletion and a creation', async () => {
  const { last } = watchCatalog({ poll: 60_000 });
  await expect.poll(last).toBe('absent');
  fixture.api.put(CATALOG, text('one'));
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'one' });
  fixture.api.put(CATALOG, text('two'));
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'two' });
  fixture.api.remove(CATALOG);
  await expect.poll(last).toBe('absent');
  fixture.api.put(CATALOG);
  await expect.poll(last).toEqual({});
});

test.each(['edited', 'deleted', 'created'] as const)(
  'a poll finds a change that a dead watch misses: %s',
  async (change) => {
    if (change !== 'created') fixture.api.put(CATALOG, text('one'));
    const { last, troubles } = watchCatalog();
    await expect.poll(() => fixture.api.openWatches).toBe(1);
    fixture.api.endWatches('silence');
    if (change === 'deleted') fixture.api.remove(CATALOG);
    else fixture.api.put(CATALOG, text('two'));
    await expect.poll(last).toEqual(change === 'deleted' ? 'absent' : { 'images-v1.yaml': 'two' });
    expect(troubles).toEqual([{ during: 'watch', error: new Error('the watch missed a change'), pause: 0 }]);
    await expect.poll(() => fixture.api.openWatches).toBe(1);
  },
);

test('polls do not replace a working watch while the object changes often', async () => {
  const { last, troubles } = watchCatalog({ poll: 5, grace: 1_000 });
  const polls = () => fixture.api.requests.filter((request) => request.endsWith('/image-config')).length;
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  for (let edit = 0; edit < 100; edit += 1) {
    fixture.api.put(CATALOG, text(String(edit)));
    await new Promise(setImmediate);
  }
  await expect.poll(last).toEqual({ 'images-v1.yaml': '99' });
  const before = polls();
  await expect.poll(polls).toBeGreaterThan(before + 1);
  expect(troubles).toEqual([]);
  expect(fixture.api.requests.filter((request) => request.includes('limit='))).toHaveLength(1);
});

test('a watch that reports a change a little later than a poll is not replaced', async () => {
  const stop = new AbortController();
  const at = (resourceVersion: string) => ({ metadata: { name: 'image-config', uid: '1', resourceVersion } });
  const listed = { metadata: { resourceVersion: '1' }, items: [at('1')] };
  let polled = (): void => {};
  const poll = new Promise<void>((resolve) => (polled = resolve));
  async function* events() {
    await poll;
    await new Promise(setImmediate);
    yield Buffer.from(`${JSON.stringify({ type: 'MODIFIED', object: at('2') })}\n`);
    await once(stop.signal, 'abort');
  }
  const connection: Connection = {
    ...{ server: '', close: () => {}, open: async () => events() },
    async call({ path }) {
      if (!path.endsWith('/image-config')) return listed;
      polled();
      return at('2');
    },
  };
  const troubles: Trouble[] = [];
  let polls = 0;
  const watch = configMapWatch({
    ...{ connection, namespace: 'tf-public', name: 'image-config', onObserved: () => {} },
    onHeartbeat: () => {
      polls += 1;
    },
    onTrouble: (trouble) => troubles.push(trouble),
    times: { ...times, poll: 20, grace: 1_000 },
  });
  const running = watch.run(stop.signal);
  await expect.poll(() => polls).toBeGreaterThan(5);
  stop.abort();
  await running;
  expect(troubles).toEqual([]);
});

test('polls without a change are heartbeats, and leave the watch alone', async () => {
  const { heartbeats, troubles } = watchCatalog({ poll: 20, grace: 0 });
  await expect.poll(heartbeats).toBeGreaterThan(8);
  expect(troubles).toEqual([]);
  expect(fixture.api.requests.filter((request) => request.includes('limit='))).toHaveLength(1);
});

test('polls before the first list are heartbeats, and report nothing', async () => {
  fixture.api.faults.list = 'silence';
  const { heartbeats, observations, troubles } = watchCatalog({ poll: 20, timeout: 60_000 });
  await expect.poll(heartbeats).toBeGreaterThan(3);
  expect([observations, troubles]).toEqual([[], []]);
});

test.each([401, 403] as const)('an ongoing refusal (%s) is reported, and so is its end', async (status) => {
  fixture.api.put(CATALOG, text('one'));
  Object.assign(fixture.api.faults, { get: status, list: status });
  const { observations, last } = watchCatalog();
  await expect.poll(last).toBe('refused');
  expect(observations.at(-1)).toEqual({ kind: 'refused', fault: `refused with ${status}` });
  delete fixture.api.faults.get;
  delete fixture.api.faults.list;
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'one' });
});

test('a poll reports a refusal while the watch continues, and an edit does not end it', async () => {
  fixture.api.put(CATALOG, text('one'));
  const { last, observations, heartbeats } = watchCatalog();
  await expect.poll(() => fixture.api.openWatches).toBe(1);
  fixture.api.faults.get = 403;
  await expect.poll(last).toBe('refused');
  // An edit that the watch reports meanwhile does not end it.
  const { length } = observations;
  const before = heartbeats();
  fixture.api.put(CATALOG, text('two'));
  await expect.poll(heartbeats).toBeGreaterThan(before);
  await expect.poll(() => observations.length).toBeGreaterThan(length);
  expect(observations.slice(length).every(({ kind }) => kind === 'refused')).toBe(true);
  delete fixture.api.faults.get;
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'two' });
  expect(fixture.api.openWatches).toBe(1);
});

test('a short refusal, such as of an API server that starts, is not reported', async () => {
  fixture.api.put(CATALOG, text('one'));
  Object.assign(fixture.api.faults, { get: 403, list: 403 });
  const { observations, last } = watchCatalog({ refusal: 60_000 });
  await expect.poll(() => fixture.api.requests.length).toBeGreaterThan(2);
  delete fixture.api.faults.get;
  delete fixture.api.faults.list;
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'one' });
  expect(observations.some(({ kind }) => kind === 'refused')).toBe(false);
});

test.each([500, 'reset', 'silence'] as const)(
  'a failure without a response (%s) leaves the last observation',
  async (fault) => {
    fixture.api.put(CATALOG, text('one'));
    const { observations, troubles } = watchCatalog();
    await expect.poll(() => fixture.api.openWatches).toBe(1);
    Object.assign(fixture.api.faults, { get: fault, list: fault, watch: fault });
    fixture.api.endWatches('reset');
    await expect.poll(() => troubles.length, { timeout: 3_000 }).toBeGreaterThan(4);
    expect(observations.every(({ kind }) => kind === 'found')).toBe(true);
  },
);

test('the default times find a missed change within 30 s', () => {
  const { poll, pollTimeout, pauses, grace } = objectTimes;
  const list = 1_000;
  expect(poll + pollTimeout + pauses.from + grace + list).toBeLessThan(30_000);
});

test('getConfigMap reads a ConfigMap once, and resolves to undefined if it is missing', async () => {
  const read = () =>
    getConfigMap({
      connection: fixture.connection,
      namespace: 'tf-public',
      name: 'image-config',
      signal: fixture.stop.signal,
    });
  expect(await read()).toBeUndefined();
  const { metadata } = fixture.api.put(CATALOG, {
    ...text('a'),
    metadata: { annotations: { key: 'value' } },
  });
  expect(await read()).toEqual({
    namespace: 'tf-public',
    name: 'image-config',
    uid: metadata.uid,
    annotations: { key: 'value' },
    data: { 'images-v1.yaml': 'a' },
  });
  fixture.api.faults.get = 403;
  await expect(read()).rejects.toThrow('refused with 403');
});

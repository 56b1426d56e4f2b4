import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConfigMap, configMapWatch, getConfigMap } from '../../src/cluster/config-map.ts';
import type { Connection } from '../../src/cluster/connection.ts';
import { type ObjectTimes, objectTimes } from '../../src/cluster/object-times.ts';
import type { ObservedObject, Trouble } from '../../src/cluster/object-watch.ts';
import { ApiServer } from '../support/api-server.ts';

const CATALOG = '/api/v1/namespaces/tf-public/configmaps/image-config';
const times: ObjectTimes = {
  answer: 300,
  lifetime: 60_000,
  pauses: { from: 10, to: 50 },
  look: 150,
  lookAnswer: 100,
  grace: 50,
  refusal: 100,
};

let api: ApiServer;
let connection: Connection;
let stop: AbortController;
let ended: Promise<void>;

beforeEach(async () => {
  api = await ApiServer.start();
  connection = api.connect();
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await ended;
  connection.close();
  await api[Symbol.asyncDispose]();
});

function watchCatalog(overrides: Partial<ObjectTimes> = {}) {
  const observations: ObservedObject<ConfigMap>[] = [];
  const troubles: Trouble[] = [];
  let lives = 0;
  const watch = configMapWatch({
    connection,
    namespace: 'tf-public',
    name: 'image-config',
    onObserved: (observed) => observations.push(observed),
    onHeartbeat: () => {
      lives += 1;
    },
    onTrouble: (trouble) => troubles.push(trouble),
    times: { ...times, ...overrides },
  });
  ended = watch.run(stop.signal);
  const last = (): unknown => {
    const observed = observations.at(-1);
    return observed?.kind === 'found' ? observed.object.data : observed?.kind;
  };
  return { observations, troubles, last, lives: () => lives };
}

const text = (value: string) => ({ data: { 'images-v1.yaml': value } });

test('what there is comes with all that is read of it', async () => {
  api.put(CATALOG, { metadata: { annotations: { a: 'b' } }, ...text('one') });
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

test('only this one object is ever asked for, as RBAC by its name needs it', async () => {
  watchCatalog();
  await expect.poll(() => api.requests.length).toBeGreaterThan(3);
  const allowed =
    /^GET \/api\/v1\/namespaces\/tf-public\/configmaps(\/image-config|\?fieldSelector=metadata.name%3Dimage-config&.*)$/;
  for (const request of api.requests) expect(request).toMatch(allowed);
});

test('edits, deletion and a new one are heard', async () => {
  const { last } = watchCatalog({ look: 60_000 });
  await expect.poll(last).toBe('absent');
  api.put(CATALOG, text('one'));
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'one' });
  api.put(CATALOG, text('two'));
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'two' });
  api.remove(CATALOG);
  await expect.poll(last).toBe('absent');
  api.put(CATALOG);
  await expect.poll(last).toEqual({});
});

test.each(['edited', 'deleted', 'created'] as const)(
  'what a dead watch does not tell is found: %s',
  async (change) => {
    if (change !== 'created') api.put(CATALOG, text('one'));
    const { last, troubles } = watchCatalog();
    await expect.poll(() => api.openWatches).toBe(1);
    api.endWatches('silence');
    if (change === 'deleted') api.remove(CATALOG);
    else api.put(CATALOG, text('two'));
    await expect.poll(last).toEqual(change === 'deleted' ? 'absent' : { 'images-v1.yaml': 'two' });
    expect(troubles).toEqual([
      { during: 'watch', error: new Error('the watch did not tell of a change'), pause: 0 },
    ]);
    await expect.poll(() => api.openWatches).toBe(1);
  },
);

test('a watch that is alive is not replaced, however often the object changes', async () => {
  const { last, troubles } = watchCatalog({ look: 5, grace: 200 });
  await expect.poll(() => api.openWatches).toBe(1);
  for (let edit = 0; edit < 100; edit += 1) {
    api.put(CATALOG, text(String(edit)));
    await new Promise(setImmediate);
  }
  await expect.poll(last).toEqual({ 'images-v1.yaml': '99' });
  expect(troubles).toEqual([]);
  expect(api.requests.filter((request) => request.includes('limit='))).toHaveLength(1);
});

test('looks that find the same are heartbeats', async () => {
  const { lives } = watchCatalog({ look: 20 });
  await expect.poll(lives).toBeGreaterThan(5);
});

test.each([401, 403] as const)(
  'refusals that go on (%s) are an answer, too; and so is their end',
  async (status) => {
    api.put(CATALOG, text('one'));
    Object.assign(api.faults, { get: status, list: status });
    const { observations, last } = watchCatalog();
    await expect.poll(last).toBe('refused');
    expect(observations.at(-1)).toEqual({ kind: 'refused', fault: `refused with ${status}` });
    delete api.faults.get;
    delete api.faults.list;
    await expect.poll(last).toEqual({ 'images-v1.yaml': 'one' });
  },
);

test('being refused only while the watch goes on is noticed by the next look', async () => {
  api.put(CATALOG, text('one'));
  const { last } = watchCatalog();
  await expect.poll(() => api.openWatches).toBe(1);
  api.faults.get = 403;
  await expect.poll(last).toBe('refused');
  delete api.faults.get;
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'one' });
  expect(api.openWatches).toBe(1);
});

test('a refusal that passes, as while an API server starts, says nothing', async () => {
  api.put(CATALOG, text('one'));
  Object.assign(api.faults, { get: 403, list: 403 });
  const { observations, last } = watchCatalog({ refusal: 60_000 });
  await expect.poll(() => api.requests.length).toBeGreaterThan(2);
  delete api.faults.get;
  delete api.faults.list;
  await expect.poll(last).toEqual({ 'images-v1.yaml': 'one' });
  expect(observations.some(({ kind }) => kind === 'refused')).toBe(false);
});

test.each([500, 'reset', 'silence'] as const)(
  'what is no answer (%s) changes nothing that is known',
  async (fault) => {
    api.put(CATALOG, text('one'));
    const { observations, troubles } = watchCatalog();
    await expect.poll(() => api.openWatches).toBe(1);
    Object.assign(api.faults, { get: fault, list: fault, watch: fault });
    api.endWatches('reset');
    await expect.poll(() => troubles.length, { timeout: 3_000 }).toBeGreaterThan(4);
    expect(observations.every(({ kind }) => kind === 'found')).toBe(true);
  },
);

test('the stated bound of 30 s holds for the times that are in use', () => {
  const { look, lookAnswer, pauses, grace } = objectTimes;
  const list = 1_000;
  expect(look + lookAnswer + pauses.from + grace + list).toBeLessThan(30_000);
});

test('is read once, as it is, or not at all', async () => {
  const read = () =>
    getConfigMap({ connection, namespace: 'tf-public', name: 'image-config', signal: stop.signal });
  expect(await read()).toBeUndefined();
  const { metadata } = api.put(CATALOG, { ...text('a'), metadata: { annotations: { key: 'value' } } });
  expect(await read()).toEqual({
    namespace: 'tf-public',
    name: 'image-config',
    uid: metadata.uid,
    annotations: { key: 'value' },
    data: { 'images-v1.yaml': 'a' },
  });
  api.faults.get = 403;
  await expect(read()).rejects.toThrow('refused with 403');
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ListOptions, type ListProgress, listAll, SerialQueue } from '../../src/cluster/list.ts';
import { ApiServer } from '../support/api-server.ts';

type ListSizes = Pick<ListOptions<unknown>, 'page' | 'pageBytes'>;

let api: ApiServer;
beforeEach(async () => {
  api = await ApiServer.start();
  for (const name of ['a', 'b', 'c']) api.put(`/api/v1/namespaces/tool-x/pods/${name}`);
});
afterEach(() => api[Symbol.asyncDispose]());

async function listed(labelSelector?: string, queue = new SerialQueue(), sizes: Partial<ListSizes> = {}) {
  const connection = api.connect();
  const pages: ListProgress[] = [];
  const { objects } = await listAll({
    connection,
    collection: { path: '/api/v1/pods', ...(labelSelector !== undefined && { labelSelector }) },
    keep: ({ metadata }) => metadata.name,
    page: 2,
    ...sizes,
    queue,
    onHeartbeat: (progress) => pages.push(progress),
    timeout: 5_000,
    signal: new AbortController().signal,
  });
  connection.close();
  return { objects: [...objects], pages };
}

test('a list is read in pages, and reports its progress', async () => {
  expect(await listed()).toEqual({
    objects: [
      ['tool-x/a', 'a'],
      ['tool-x/b', 'b'],
      ['tool-x/c', 'c'],
    ],
    pages: [
      { listed: 2, remaining: 1 },
      { listed: 3, remaining: undefined },
    ],
  });
});

test('a list with a selector reports no estimate of the rest', async () => {
  for (const name of ['a', 'b', 'c'])
    api.put(`/api/v1/namespaces/tool-x/pods/${name}`, { metadata: { labels: { tenancy: 'tool' } } });
  api.put('/api/v1/namespaces/tool-x/pods/d');
  const { objects, pages } = await listed('tenancy=tool');
  expect(objects).toHaveLength(3);
  expect(pages).toEqual([
    { listed: 2, remaining: undefined },
    { listed: 3, remaining: undefined },
  ]);
});

test('a list waits for its turn in the queue', async () => {
  const queue = new SerialQueue();
  let end = (): void => {};
  const before = queue.run(() => new Promise<void>((resolve) => (end = resolve)));
  const pages = listed(undefined, queue);
  // By the time of this response the page would have been requested.
  const connection = api.connect();
  await connection.call({ path: '/api/v1/pods', signal: AbortSignal.timeout(5_000) });
  connection.close();
  expect(api.requests).toEqual(['GET /api/v1/pods']);
  end();
  await before;
  expect((await pages).objects).toHaveLength(3);
});

test('a list of large objects is read in smaller pages, which then grow again', async () => {
  for (const name of ['a', 'b', 'd', 'e', 'f']) {
    const annotations = { large: name < 'c' ? 'x'.repeat(6_000) : '' };
    api.put(`/api/v1/namespaces/tool-x/pods/${name}`, { metadata: { annotations } });
  }
  const { objects, pages } = await listed(undefined, undefined, { page: 4, pageBytes: 10_000 });
  expect(objects.map(([, name]) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  // Never again as many as were too many.
  expect(pages.map((page) => page.listed)).toEqual([1, 3, 5, 6]);
});

test('a page that is too long is quartered, and no later page is larger than half of it', async () => {
  for (let pod = 0; pod < 12; pod += 1) {
    const annotations = { large: pod % 2 === 0 ? 'x'.repeat(8_000) : '' };
    api.put(`/api/v1/namespaces/tool-y/pods/${String(pod).padStart(2, '0')}`, { metadata: { annotations } });
  }
  await listed(undefined, undefined, { page: 10, pageBytes: 30_000 });
  const limits = api.requests.map((request) => new URL(request.slice(4), api.url).searchParams.get('limit'));
  expect(limits).toEqual(['10', '3', '5', '5', '5']);
});

test('a list without items is empty', async () => {
  const connection = {
    server: '',
    call: async () => ({ metadata: { resourceVersion: '1' }, items: null }),
    open: () => Promise.reject(new Error('no watch')),
    close: () => {},
  };
  const { objects } = await listAll({
    ...{ connection, collection: { path: '/api/v1/pods' }, keep: () => undefined, page: 2 },
    ...{ onHeartbeat: () => {}, timeout: 5_000, signal: new AbortController().signal },
  });
  expect(objects).toEqual(new Map());
});

test('a list includes an object that is larger than the page limit', async () => {
  api.put('/api/v1/namespaces/tool-x/pods/b', { metadata: { annotations: { large: 'x'.repeat(6_000) } } });
  expect((await listed(undefined, undefined, { pageBytes: 100 })).objects).toHaveLength(3);
});

test('a serial queue runs one task at a time, in the order of the calls', async () => {
  const queue = new SerialQueue();
  const happened: string[] = [];
  const work = async (name: string): Promise<void> => {
    happened.push(`${name} begins`);
    await new Promise(setImmediate);
    happened.push(`${name} ends`);
  };
  await Promise.all(['a', 'b', 'c'].map((name) => queue.run(() => work(name))));
  expect(happened).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a serial queue continues after a failed task, which rejects for its caller alone', async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => Promise.reject(new Error('refused')));
  const next = queue.run(async () => 'served');
  await expect(failed).rejects.toThrow('refused');
  await expect(next).resolves.toBe('served');
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ListOptions, type ListProgress, listAll } from '../../src/cluster/list.ts';
import { SerialQueue } from '../../src/cluster/serial-queue.ts';
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
    queue: queue,
    onHeartbeat: (progress) => pages.push(progress),
    timeout: 5_000,
    signal: new AbortController().signal,
  });
  connection.close();
  return { objects: [...objects], pages };
}

test('a list comes in pages, and says how far it has come', async () => {
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

test('with a selector nobody knows how much is still to come', async () => {
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

test('a page is asked for when it is its turn', async () => {
  const queue = new SerialQueue();
  let end = (): void => {};
  const before = queue.run(() => new Promise<void>((resolve) => (end = resolve)));
  const pages = listed(undefined, queue);
  // Long enough for an answer, were it asked for.
  const connection = api.connect();
  await connection.call({ path: '/api/v1/pods', signal: AbortSignal.timeout(5_000) });
  connection.close();
  expect(api.requests).toEqual(['GET /api/v1/pods']);
  end();
  await before;
  expect((await pages).objects).toHaveLength(3);
});

test('objects that are too large to come together come in smaller pages, and then in larger ones again', async () => {
  for (const name of ['a', 'b', 'd', 'e', 'f']) {
    const annotations = { large: name < 'c' ? 'x'.repeat(6_000) : '' };
    api.put(`/api/v1/namespaces/tool-x/pods/${name}`, { metadata: { annotations } });
  }
  const { objects, pages } = await listed(undefined, undefined, { page: 4, pageBytes: 10_000 });
  expect(objects.map(([, name]) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  // Never as many again as were too many.
  expect(pages.map((page) => page.listed)).toEqual([1, 3, 5, 6]);
});

test('an object that is larger than a page may be comes all the same', async () => {
  api.put('/api/v1/namespaces/tool-x/pods/b', { metadata: { annotations: { large: 'x'.repeat(6_000) } } });
  expect((await listed(undefined, undefined, { pageBytes: 100 })).objects).toHaveLength(3);
});

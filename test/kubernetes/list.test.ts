import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ListProgress, listAll } from '../../src/cluster/list.ts';
import { ApiServer } from '../support/api-server.ts';

let api: ApiServer;
beforeEach(async () => {
  api = await ApiServer.start();
  for (const name of ['a', 'b', 'c']) api.put(`/api/v1/namespaces/tool-x/pods/${name}`);
  api.pageSize = 2;
});
afterEach(() => api[Symbol.asyncDispose]());

async function listed(labelSelector?: string) {
  const connection = api.connect();
  const pages: ListProgress[] = [];
  const { objects } = await listAll({
    connection,
    collection: { path: '/api/v1/pods', ...(labelSelector !== undefined && { labelSelector }) },
    keep: ({ metadata }) => metadata.name,
    onLife: (progress) => pages.push(progress),
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

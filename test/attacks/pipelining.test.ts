import { expect, test, vi } from 'vitest';
import { openRaw, rawReview, send } from '../support/https-client.ts';
import { allow, startServer } from '../support/webhook-server.ts';

test('of 100,000 pipelined reviews 1 is begun, and the connection is closed', async () => {
  const begun = vi.fn();
  await using server = await startServer({
    answerers: {
      '/review': (body) => {
        begun();
        return new Promise(() => body);
      },
      '/other': allow,
    },
  });
  const { socket, closed, received } = await openRaw(server.port);
  const some = rawReview('{}').repeat(1_000);
  for (let sent = 0; sent < 100; sent++) socket.write(some);
  await closed;
  expect(begun.mock.calls.length).toBeLessThanOrEqual(1);
  expect(received()).toBe('');
  expect((await send({ port: server.port, path: '/other', body: '{}' })).status).toBe(200);
});

test('32 pipelined requests, to 3 paths of different speed, are answered in their order', async () => {
  await using server = await startServer({
    answerers: {
      '/slow': (body) => new Promise((resolve) => setTimeout(() => resolve(allow(body)), 20)),
      '/fast': allow,
    },
  });
  const paths = Array.from({ length: 32 }, (_, index) => ['/slow', '/fast', '/nowhere'][index % 3] ?? '');
  const { socket, received } = await openRaw(server.port);
  socket.write(paths.map((path, index) => rawReview(' '.repeat(index), path)).join(''));
  const statuses = () => [...received().matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  await vi.waitFor(() => expect(statuses()).toEqual(paths.map((path) => (path === '/nowhere' ? 404 : 200))));
  const lengths = [...received().matchAll(/\{"bytes":(\d+)\}/g)].map(([, bytes]) => Number(bytes));
  expect(lengths).toEqual([...paths.keys()].filter((index) => paths[index] !== '/nowhere'));
  socket.destroy();
});

import { expect, test } from 'vitest';
import { send } from '../support/https-client.ts';
import { allow, startServer } from '../support/webhook-server.ts';

test.each([
  ['to another path', { path: '/other' }],
  ['of another type', { headers: { 'content-type': 'text/plain' } }],
])('a request %s holds no bytes after its answer, so that reviews never wait for it', async (_, sent) => {
  await using server = await startServer();
  expect((await send({ port: server.port, body: 'x', ...sent })).status).toBeOneOf([404, 415]);
  expect(await server.series('image_config_admission_body_bytes_in_flight')).toBe(0);
});

test('each path has its own answerer, whatever its query', async () => {
  const named = (name: string) => () => ({ ...allow(new Uint8Array()), body: name });
  await using server = await startServer({ answerers: { '/a': named('a'), '/b': named('b') } });
  const paths = ['/a', '/b', '/b?timeout=5s', '/a?x=/b', '/?/a', '/A', '/a/'];
  const replies = await Promise.all(paths.map((path) => send({ port: server.port, path, body: '{}' })));
  const help = 'not found. POST reviews to /a or /b\n';
  expect(replies.map(({ body }) => body)).toEqual(['a', 'b', 'b', 'a', help, help, help]);
});

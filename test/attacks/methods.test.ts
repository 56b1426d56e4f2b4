import { METHODS } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openRaw, send } from '../support/https-client.ts';
import { allow, startServer, type TestServer } from '../support/webhook-server.ts';

const answered = vi.fn(allow);
let server: TestServer & AsyncDisposable;

beforeAll(async () => {
  server = await startServer({ answerers: { '/review': answered } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Node closes the connection on CONNECT, without an answer. */
const others = METHODS.filter((method) => method !== 'POST' && method !== 'CONNECT');

test('each of the 30 and more methods other than POST is answered with 405 and Allow: POST, and 0 reach an answerer', async () => {
  expect(others.length).toBeGreaterThan(30);
  for (const method of others) {
    const reply = await send({ port: server.port, method, headers: { 'content-length': 2 }, body: '{}' });
    expect(reply, method).toMatchObject({
      status: 405,
      headers: { allow: 'POST', connection: 'keep-alive' },
    });
  }
  expect(answered).not.toHaveBeenCalled();
});

test.each([
  ['CONNECT, as to a proxy', 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n', ''],
  ['a method in small letters', 'post /review HTTP/1.1\r\nHost: x\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
  ['a method that there is not', 'EXPLODE /review HTTP/1.1\r\nHost: x\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
  ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'HTTP/1.1 400 Bad Request'],
  ['lines without a carriage return', 'POST /review HTTP/1.1\nHost: x\n\n', 'HTTP/1.1 400 Bad Request'],
])('%s closes the connection, and 0 bytes of it reach an answerer', async (_, text, expected) => {
  const { socket, received, closed } = await openRaw(server.port);
  socket.write(text);
  await closed;
  expect(received().split('\r\n', 1)[0]).toBe(expected);
  expect(answered).not.toHaveBeenCalled();
});

test('a request for an upgrade is answered as a review, without the upgrade', async () => {
  const headers = { connection: 'upgrade', upgrade: 'h2c' };
  expect(await send({ port: server.port, headers, body: '{}' })).toMatchObject({ status: 200 });
});

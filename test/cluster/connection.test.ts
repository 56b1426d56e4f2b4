import { createServer, type Server } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ApiError } from '../../src/cluster/api-error.ts';
import { type Connection, connect, ResponseTooLong } from '../../src/cluster/connection.ts';

const servers: Server[] = [];
const connections: Connection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const loggedIn = async (): Promise<RequestOptions> => ({ headers: { Authorization: 'Bearer a-token' } });

async function connectTo(listener: Parameters<typeof createServer>[1], login = loggedIn) {
  const sockets = new Set<Socket>();
  const server = createServer(listener as () => void).on('connection', (socket) => sockets.add(socket));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const access = {
    server: `http://127.0.0.1:${port}/base/`,
    proxyUrl: undefined,
    namespace: undefined,
    login,
  };
  const connection = connect(access, 'image-config-admission/1.2.3');
  connections.push(connection);
  return { connection, sockets };
}

const never = new AbortController().signal;

test('a call has the User-Agent and the token, below the base path of the API server', async () => {
  const { connection } = await connectTo(({ method, url, headers }, response) => {
    const { authorization, accept, 'user-agent': agent } = headers;
    response.end(JSON.stringify({ method, url, authorization, accept, agent }));
  });
  expect(
    await connection.call({
      path: '/api/v1/pods',
      query: { limit: '5', continue: undefined },
      signal: never,
    }),
  ).toEqual({
    method: 'GET',
    url: '/base/api/v1/pods?limit=5',
    authorization: 'Bearer a-token',
    accept: 'application/json',
    agent: 'image-config-admission/1.2.3',
  });
});

test('a hundred calls use one connection', async () => {
  const { connection, sockets } = await connectTo((_request, response) => void response.end('{}'));
  for (let call = 0; call < 100; call += 1) await connection.call({ path: '/', signal: never });
  expect(sockets.size).toBe(1);
});

test('a refused call rejects with the message of the API server', async () => {
  const message = 'configmaps "image-config" is forbidden: User "x" cannot list resource "configmaps"';
  const { connection } = await connectTo((_request, response) => {
    response.writeHead(403).end(JSON.stringify({ kind: 'Status', message, code: 403 }));
  });
  const error = await connection.call({ path: '/', signal: never }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 403, message });
});

test.each([300, 304, 400, 599])('a call rejects when its status is %i', async (status) => {
  const { connection } = await connectTo((_request, response) => void response.writeHead(status).end());
  await expect(connection.call({ path: '/', signal: never })).rejects.toMatchObject({ status });
});

test.each([200, 201, 299])('a call resolves when its status is %i', async (status) => {
  const { connection } = await connectTo((_request, response) => void response.writeHead(status).end('{}'));
  expect(await connection.call({ path: '/', signal: never })).toEqual({});
});

test('a call refused by a proxy rejects with the status and the body', async () => {
  const { connection } = await connectTo((_request, response) => {
    response.writeHead(502).end('<html>Bad Gateway</html>\n');
  });
  await expect(connection.call({ path: '/', signal: never })).rejects.toThrow(
    'HTTP 502: <html>Bad Gateway</html>',
  );
});

test('a call rejects when the response is not complete JSON', async () => {
  const { connection } = await connectTo((_request, response) => void response.end('{"half":'));
  await expect(connection.call({ path: '/', signal: never })).rejects.toThrow(SyntaxError);
});

test('a call rejects when the connection closes within the response', async () => {
  const { connection } = await connectTo((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"half":');
    setImmediate(() => response.destroy());
  });
  await expect(connection.call({ path: '/', signal: never })).rejects.toThrow(
    'the connection closed before the response ended',
  );
});

test('a call rejects with the error of Node when the connection closes before a response', async () => {
  const { connection } = await connectTo((_request, response) => void response.destroy());
  await expect(connection.call({ path: '/', signal: never })).rejects.toThrow('socket hang up');
});

test('a call rejects when the response is too long, and the next call succeeds', async () => {
  const { connection } = await connectTo(({ url }, response) => {
    response.write(JSON.stringify('x'.repeat(url?.includes('long') ? 10_000 : 10)));
    if (!url?.includes('long')) response.end();
  });
  const call = { maxBytes: 100, signal: never };
  await expect(connection.call({ path: '/long', ...call })).rejects.toThrow(
    new ResponseTooLong('the response is longer than 100 bytes'),
  );
  expect(await connection.call({ path: '/short', ...call })).toBe('x'.repeat(10));
});

test('a call times out while it waits for headers or body', async () => {
  const { connection } = await connectTo(({ url }, response) => {
    if (url?.endsWith('/body')) response.writeHead(200).write('{');
  });
  for (const path of ['/headers', '/body'])
    await expect(connection.call({ path, signal: never }, 50)).rejects.toThrow('no response within 0.05 s');
});

test('a call times out while the login plugin hangs', async () => {
  const hanging = () => new Promise<RequestOptions>(() => {});
  const { connection } = await connectTo((_request, response) => void response.end('{}'), hanging);
  await expect(connection.call({ path: '/', signal: never }, 50)).rejects.toThrow(
    'no response within 0.05 s',
  );
});

test('an aborted call rejects with the reason', async () => {
  const { connection } = await connectTo(() => {});
  const controller = new AbortController();
  const call = connection.call({ path: '/', signal: controller.signal });
  controller.abort(new Error('the server is shutting down'));
  await expect(call).rejects.toThrow('the server is shutting down');
});

test('idle connections are not reused after one has timed out', async () => {
  let dead = false;
  const { connection, sockets } = await connectTo((_request, response) => {
    if (!dead) response.end('{}');
  });
  // Three concurrent calls leave three idle connections.
  await Promise.all([1, 2, 3].map(() => connection.call({ path: '/', signal: never })));
  expect(sockets.size).toBe(3);
  dead = true;
  await expect(connection.call({ path: '/', signal: never }, 50)).rejects.toThrow('no response');
  dead = false;
  await connection.call({ path: '/', signal: never });
  expect(sockets.size).toBe(4);
});

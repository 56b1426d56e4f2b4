import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { boundConnections } from '../../src/server/connections.ts';

const QUESTION = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const HALF_A_QUESTION = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhal';

/** A server for so many connections, and clients by name; `open` tells whose connection is still there. */
async function startBound(most: number, answer: RequestListener = (_, response) => response.end('answer')) {
  const onClosed = vi.fn();
  const server = createServer(answer);
  boundConnections(server, { most, onClosed });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sockets = new Map<string, Socket>();
  const received = new Map<string, string>();
  const { port } = server.address() as AddressInfo;
  return {
    onClosed,
    received: (name: string) => received.get(name) ?? '',
    open: () => [...sockets].filter(([, socket]) => !socket.closed).map(([name]) => name),
    /** Returns when the server knows of it. */
    connect: async (name: string): Promise<Socket> => {
      const accepted = once(server, 'connection');
      const socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
      sockets.set(name, socket);
      socket.on('data', (data) => received.set(name, (received.get(name) ?? '') + data));
      await Promise.all([accepted, once(socket, 'connect')]);
      return socket;
    },
    /** Returns when the server has read its head. */
    ask: async (name: string, question = QUESTION): Promise<void> => {
      const asked = once(server, 'request');
      sockets.get(name)?.write(question);
      await asked;
    },
    /** Returns when the server has noticed that nobody is there any more. */
    untilClosed: () =>
      vi.waitFor(async () => expect(await promisify(server.getConnections.bind(server))()).toBe(0)),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.values()) socket.destroy();
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

test('as many as are allowed stay', async () => {
  await using server = await startBound(2);
  await server.connect('a');
  await server.connect('b');
  expect(server.open()).toEqual(['a', 'b']);
  expect(server.onClosed).not.toHaveBeenCalled();
});

test('one more takes the place of the oldest that never asked, and not of who asked before', async () => {
  await using server = await startBound(3);
  for (const name of ['asked', 'old', 'new']) await server.connect(name);
  await server.ask('asked');
  await vi.waitFor(() => expect(server.received('asked')).toContain('answer'));
  await server.connect('newest');
  await vi.waitFor(() => expect(server.open()).toEqual(['asked', 'new', 'newest']));
  expect(server.onClosed).toHaveBeenCalledOnce();
});

test('where everybody has asked, the one goes that has asked nothing for longest', async () => {
  await using server = await startBound(2);
  for (const name of ['a', 'b', 'a']) {
    if (!server.open().includes(name)) await server.connect(name);
    const before = server.received(name).length;
    await server.ask(name);
    await vi.waitFor(() => expect(server.received(name).length).toBeGreaterThan(before));
  }
  await server.connect('c');
  await vi.waitFor(() => expect(server.open()).toEqual(['a', 'c']));
});

test('who is in the middle of a question goes before who has asked one', async () => {
  await using server = await startBound(2, (request, response) =>
    request.resume().on('end', () => response.end('answer')),
  );
  await server.connect('idle');
  await server.ask('idle');
  await vi.waitFor(() => expect(server.received('idle')).toContain('answer'));
  await server.connect('halfway');
  await server.ask('halfway', HALF_A_QUESTION);
  await server.connect('newest');
  await vi.waitFor(() => expect(server.open()).toEqual(['idle', 'newest']));
});

test('who is owed an answer stays, and then the newest goes itself', async () => {
  const waiting: (() => void)[] = [];
  await using server = await startBound(2, (_, response) => waiting.push(() => response.end('answer')));
  for (const name of ['a', 'b']) {
    await server.connect(name);
    await server.ask(name);
  }
  await server.connect('c');
  await vi.waitFor(() => expect(server.open()).toEqual(['a', 'b']));
  for (const answer of waiting) answer();
  await vi.waitFor(() => expect(server.received('b')).toContain('answer'));
  await server.connect('d');
  await vi.waitFor(() => expect(server.open()).toEqual(['b', 'd']));
});

test('who leaves makes room', async () => {
  await using server = await startBound(1);
  const socket = await server.connect('a');
  socket.destroy();
  await server.untilClosed();
  await server.connect('b');
  await server.ask('b');
  await vi.waitFor(() => expect(server.received('b')).toContain('answer'));
  expect(server.onClosed).not.toHaveBeenCalled();
});

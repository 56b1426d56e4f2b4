import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { limitConnections, withoutPipelining } from '../../src/server/connections.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const HALF_A_REQUEST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhal';

/** A server for so many connections, and clients by name; `open` lists the clients that are still connected. */
async function startLimited(max: number, answer: RequestListener = (_, response) => response.end('answer')) {
  const onClosed = vi.fn();
  const server = createServer(answer);
  limitConnections(server, { max, onClosed });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sockets = new Map<string, Socket>();
  const received = new Map<string, string>();
  const { port } = server.address() as AddressInfo;
  return {
    onClosed,
    received: (name: string) => received.get(name) ?? '',
    open: () => [...sockets].filter(([, socket]) => !socket.closed).map(([name]) => name),
    /** Resolves when the server has accepted it. */
    connect: async (name: string): Promise<Socket> => {
      const accepted = once(server, 'connection');
      const socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
      sockets.set(name, socket);
      socket.on('data', (data) => received.set(name, (received.get(name) ?? '') + data));
      await Promise.all([accepted, once(socket, 'connect')]);
      return socket;
    },
    /** Resolves when the server has read the head of the request. */
    ask: async (name: string, request = REQUEST): Promise<void> => {
      const asked = once(server, 'request');
      sockets.get(name)?.write(request);
      await asked;
    },
    /** Resolves when the server has no connection left. */
    untilClosed: () =>
      vi.waitFor(async () => expect(await promisify(server.getConnections.bind(server))()).toBe(0)),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.values()) socket.destroy();
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

describe('limitConnections', () => {
  test('keeps as many connections as are allowed', async () => {
    await using server = await startLimited(2);
    await server.connect('a');
    await server.connect('b');
    expect(server.open()).toEqual(['a', 'b']);
    expect(server.onClosed).not.toHaveBeenCalled();
  });

  test('closes the oldest connection without a request when there is one too many, and none that was answered', async () => {
    await using server = await startLimited(3);
    for (const name of ['asked', 'old', 'new']) await server.connect(name);
    await server.ask('asked');
    await vi.waitFor(() => expect(server.received('asked')).toContain('answer'));
    await server.connect('newest');
    await vi.waitFor(() => expect(server.open()).toEqual(['asked', 'new', 'newest']));
    expect(server.onClosed).toHaveBeenCalledOnce();
  });

  test('closes the connection that has been idle for longest when all were answered', async () => {
    await using server = await startLimited(2);
    for (const name of ['a', 'b', 'a']) {
      if (!server.open().includes(name)) await server.connect(name);
      const before = server.received(name).length;
      await server.ask(name);
      await vi.waitFor(() => expect(server.received(name).length).toBeGreaterThan(before));
    }
    await server.connect('c');
    await vi.waitFor(() => expect(server.open()).toEqual(['a', 'c']));
  });

  test('closes a connection in the middle of a request before one that was answered', async () => {
    await using server = await startLimited(2, (request, response) =>
      request.resume().on('end', () => response.end('answer')),
    );
    await server.connect('idle');
    await server.ask('idle');
    await vi.waitFor(() => expect(server.received('idle')).toContain('answer'));
    await server.connect('halfway');
    await server.ask('halfway', HALF_A_REQUEST);
    await server.connect('newest');
    await vi.waitFor(() => expect(server.open()).toEqual(['idle', 'newest']));
  });

  test('keeps connections that wait for an answer, and closes the newest connection when all others wait', async () => {
    const waiting: (() => void)[] = [];
    await using server = await startLimited(2, (_, response) => waiting.push(() => response.end('answer')));
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

  test('accepts another connection after a client has disconnected', async () => {
    await using server = await startLimited(1);
    const socket = await server.connect('a');
    socket.destroy();
    await server.untilClosed();
    await server.connect('b');
    await server.ask('b');
    await vi.waitFor(() => expect(server.received('b')).toContain('answer'));
    expect(server.onClosed).not.toHaveBeenCalled();
  });
});

describe('withoutPipelining', () => {
  const requestTo = (name: number | string): string => `GET /${name} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const requests = (count: number): string =>
    Array.from({ length: count }, (_, name) => requestTo(name)).join('');

  /** A server that answers at each `answerLast`, and one connection to it. */
  async function startConnected() {
    const begun: { readonly url: string | undefined; readonly response: ServerResponse }[] = [];
    const listener = ({ url }: IncomingMessage, response: ServerResponse): void => {
      begun.push({ url, response });
    };
    const server = createServer(withoutPipelining(listener));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    let received = '';
    socket.on('data', (data) => {
      received += data;
    });
    return {
      socket,
      received: () => received,
      begun: () => begun.map(({ url }) => url),
      answerLast: (): void => void begun.at(-1)?.response.end(`<${begun.length}>`),
      [Symbol.asyncDispose]: async () => {
        socket.destroy();
        server.closeAllConnections();
        await once(server.close(), 'close');
      },
    };
  }

  test('begins the next request when the answer before it was read', async () => {
    await using connected = await startConnected();
    connected.socket.write(requests(3));
    for (const expected of [['/0'], ['/0', '/1'], ['/0', '/1', '/2']]) {
      await vi.waitFor(() => expect(connected.begun()).toEqual(expected));
      connected.answerLast();
    }
    await vi.waitFor(() => expect(connected.received().match(/<\d>/g)).toEqual(['<1>', '<2>', '<3>']));
  });

  test('answers 32 pipelined requests, and keeps the connection', async () => {
    await using connected = await startConnected();
    connected.socket.write(requests(32));
    for (let count = 1; count <= 33; count++) {
      if (count === 33) connected.socket.write(requestTo('later'));
      await vi.waitFor(() => expect(connected.begun()).toHaveLength(count));
      connected.answerLast();
    }
    await vi.waitFor(() => expect(connected.received()).toContain('<33>'));
  });

  test('33 pipelined requests close the connection, and of a thousand only the first begins', async () => {
    for (const count of [33, 1_000]) {
      await using connected = await startConnected();
      connected.socket.write(requests(count));
      await once(connected.socket, 'close');
      expect(connected.begun()).toEqual(['/0']);
    }
  });

  test('does not begin a waiting request after the connection was closed', async () => {
    await using connected = await startConnected();
    connected.socket.write(requests(5));
    await vi.waitFor(() => expect(connected.begun()).toEqual(['/0']));
    connected.socket.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    connected.answerLast();
    await new Promise((resolve) => setImmediate(resolve));
    expect(connected.begun()).toEqual(['/0']);
  });
});

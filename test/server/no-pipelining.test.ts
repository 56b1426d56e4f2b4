import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { withoutPipelining } from '../../src/server/no-pipelining.ts';

const question = (name: number | string): string => `GET /${name} HTTP/1.1\r\nHost: x\r\n\r\n`;
const questions = (count: number): string =>
  Array.from({ length: count }, (_, name) => question(name)).join('');

/** A server that answers when it is told to, and one connection to it. */
async function startConnected() {
  const begun: { readonly url: string | undefined; readonly response: ServerResponse }[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    begun.push({ url: request.url, response });
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

test('the next request begins when the answer before it is out', async () => {
  await using connected = await startConnected();
  connected.socket.write(questions(3));
  for (const expected of [['/0'], ['/0', '/1'], ['/0', '/1', '/2']]) {
    await vi.waitFor(() => expect(connected.begun()).toEqual(expected));
    connected.answerLast();
  }
  await vi.waitFor(() => expect(connected.received().match(/<\d>/g)).toEqual(['<1>', '<2>', '<3>']));
});

test('32 requests at once are answered, and then the connection is as good as before', async () => {
  await using connected = await startConnected();
  connected.socket.write(questions(32));
  for (let count = 1; count <= 33; count++) {
    if (count === 33) connected.socket.write(question('later'));
    await vi.waitFor(() => expect(connected.begun()).toHaveLength(count));
    connected.answerLast();
  }
  await vi.waitFor(() => expect(connected.received()).toContain('<33>'));
});

test('33 end the connection, and of a thousand only the first ever begins', async () => {
  for (const count of [33, 1_000]) {
    await using connected = await startConnected();
    connected.socket.write(questions(count));
    await once(connected.socket, 'close');
    expect(connected.begun()).toEqual(['/0']);
  }
});

test('what waits for its turn when the connection ends is not begun', async () => {
  await using connected = await startConnected();
  connected.socket.write(questions(5));
  await vi.waitFor(() => expect(connected.begun()).toEqual(['/0']));
  connected.socket.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  connected.answerLast();
  await new Promise((resolve) => setImmediate(resolve));
  expect(connected.begun()).toEqual(['/0']);
});

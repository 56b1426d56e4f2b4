import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { startServer } from '../support/webhook-server.ts';

async function openPlain(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const livez = (port: number): Promise<Response> => fetch(`http://127.0.0.1:${port}/livez`);

test('however many connect to the ops port and ask nothing, /livez is answered', async () => {
  await using server = await startServer();
  const idle = await Promise.all(Array.from({ length: 400 }, () => openPlain(server.opsPort)));
  expect((await livez(server.opsPort)).status).toBe(200);
  for (const socket of idle) socket.destroy();
});

test('whoever asks nothing, or never ends asking, is closed', async () => {
  await using server = await startServer({ timeouts: { ops: 100 } });
  const silent = await openPlain(server.opsPort);
  const halfway = await openPlain(server.opsPort);
  halfway.write('GET /livez HTTP/1.1\r\nHost:');
  const done = await openPlain(server.opsPort);
  done.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await Promise.all([silent, halfway, done].map((socket) => once(socket.resume(), 'close')));
});

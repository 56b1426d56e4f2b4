import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { startServer } from '../support/webhook-server.ts';
import { watchAccepted } from './accepted.ts';

const SCRAPE = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';

/** A peer that reads no answer. */
async function openDeaf(port: number): Promise<Socket & Disposable> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return Object.assign(socket, { [Symbol.dispose]: () => void socket.destroy() });
}

const livez = async (port: number): Promise<number> => (await fetch(`http://127.0.0.1:${port}/livez`)).status;

test('of 5,000 pipelined scrapes of a peer that reads no answer 1 is begun, the connection is closed, and /livez is answered', async () => {
  await using server = await startServer();
  using accepted = watchAccepted();
  const scraped = vi.spyOn(server.metrics, 'text');
  using deaf = await openDeaf(server.opsPort);
  deaf.write(SCRAPE.repeat(5_000));
  expect(await livez(server.opsPort)).toBe(200);
  await vi.waitFor(() => expect(accepted.sockets[0]?.closed).toBe(true));
  expect(scraped.mock.calls.length).toBeLessThanOrEqual(1);
  expect(await livez(server.opsPort)).toBe(200);
});

test('for 8,000 scrapes, 32 at once on each of 250 connections that read no answer, at most 20 texts are made, and /livez is answered 5 times', async () => {
  await using server = await startServer();
  const scraped = vi.spyOn(server.metrics, 'text');
  const deaf = await Promise.all(Array.from({ length: 250 }, () => openDeaf(server.opsPort)));
  for (const socket of deaf) socket.write(SCRAPE.repeat(32));
  for (let asked = 0; asked < 5; asked++) expect(await livez(server.opsPort)).toBe(200);
  expect(scraped.mock.calls.length).toBeLessThanOrEqual(20);
  for (const socket of deaf) socket.destroy();
});

test('for 8,000 requests of a state of 8 MiB, 32 at once on each of 250 connections that read no answer, memory for less than 8 copies is used, and /livez is answered 5 times', async () => {
  const state = { bytes: Buffer.alloc(8 * 1024 * 1024, ' '), etag: '"one"' };
  await using server = await startServer({ state: () => state });
  const before = process.memoryUsage().arrayBuffers;
  const deaf = await Promise.all(Array.from({ length: 250 }, () => openDeaf(server.opsPort)));
  for (const socket of deaf) socket.write('GET /state.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(32));
  for (let asked = 0; asked < 5; asked++) expect(await livez(server.opsPort)).toBe(200);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * state.bytes.length);
  for (const socket of deaf) socket.destroy();
});

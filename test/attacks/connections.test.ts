import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { openRaw, type RawConnection, rawReview, send } from '../support/https-client.ts';
import { startServer, type TestServer } from '../support/webhook-server.ts';

const DROPPED = 'image_config_admission_connections_dropped_total';

/** Opens a few connections at a time. A handshake costs the client as much as the server, and none may be closed in the middle of one. */
async function openMany<T>(count: number, open: () => Promise<T>): Promise<T[]> {
  const opened: T[] = [];
  while (opened.length < count) opened.push(...(await Promise.all(Array.from({ length: 20 }, open))));
  return opened;
}

const stillOpen = (sockets: readonly Socket[]): number => sockets.filter((socket) => !socket.closed).length;

/** The connections of the API server, which keeps them between its calls. */
const askOn = async ({ socket, received }: RawConnection): Promise<void> => {
  const before = received().length;
  socket.write(rawReview('{}'));
  await vi.waitFor(() => expect(received().slice(before)).toContain('HTTP/1.1 200 OK'));
};

async function expectAnswers({ port }: TestServer, kept: RawConnection): Promise<void> {
  for (let asked = 0; asked < 10; asked++) {
    expect((await send({ port, body: '{}' })).status).toBe(200);
    await askOn(kept);
  }
}

test('of 2,000 silent connections 1,024 are held at most, and reviews are answered meanwhile, on old connections and new ones', async () => {
  await using server = await startServer();
  const kept = await openRaw(server.port);
  await askOn(kept);
  // Sessions are resumed, or signatures would take most of the time.
  const session = kept.socket.getSession();
  const silent = await openMany(2_000, () => openRaw(server.port, { session }));
  const sockets = silent.map(({ socket }) => socket);
  await vi.waitFor(() => expect(stillOpen(sockets)).toBe(1_023));
  expect(await server.series(DROPPED)).toBe(977);

  await expectAnswers(server, kept);
  expect(stillOpen([kept.socket])).toBe(1);
  for (const socket of sockets) socket.destroy();
  await expectAnswers(server, kept);
  kept.socket.destroy();
}, 120_000);

test('of 2,000 connections without a handshake 1,024 are held at most, until the handshake timeout, and reviews are answered meanwhile', async () => {
  await using server = await startServer({ timeouts: { handshake: 3_000 } });
  const kept = await openRaw(server.port);
  await askOn(kept);
  const silent = await openMany(2_000, async () => {
    const socket = connectPlain(server.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    return socket.resume();
  });
  await vi.waitFor(() => expect(stillOpen(silent)).toBeLessThanOrEqual(1_023));
  await expectAnswers(server, kept);
  await vi.waitFor(() => expect(stillOpen(silent)).toBe(0), { timeout: 20_000 });
  await expectAnswers(server, kept);
  kept.socket.destroy();
}, 120_000);

test('200 connections with unfinished bodies, where 100 are allowed, block no review', async () => {
  await using server = await startServer({
    limits: { maxConnections: 100 },
    timeouts: { body: 60_000 },
  });
  const kept = await openRaw(server.port);
  await askOn(kept);
  const slow = await openMany(200, async () => {
    const connection = await openRaw(server.port);
    connection.socket.write(rawReview(' '.repeat(1_000)).slice(0, -1));
    return connection;
  });
  await vi.waitFor(() => expect(stillOpen(slow.map(({ socket }) => socket))).toBeLessThanOrEqual(99));
  await expectAnswers(server, kept);
  for (const { socket } of slow) socket.destroy();
  await expect.poll(() => server.series('image_config_admission_body_bytes_in_flight')).toBe(0);
  kept.socket.destroy();
});

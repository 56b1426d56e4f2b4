import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { expect, test, vi } from 'vitest';
import type { Answer } from '../../src/admission/answer.ts';
import { defaultTimeouts } from '../../src/server/http-servers.ts';
import { openRaw, rawReview, send } from '../support/https-client.ts';
import { allow, startServer, type TestServer } from '../support/webhook-server.ts';
import { watchAccepted } from './accepted.ts';

const MIB = 1024 * 1024;
const SECOND = 1_000;

const many = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

/** Writes the text to each socket, one byte at a time, until the sockets are closed. */
function trickle(sockets: readonly Socket[], text: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    const open = sockets.filter((socket) => !socket.destroyed);
    if (open.length === 0) clearInterval(timer);
    for (const socket of open) socket.write(text[sent % text.length] ?? '');
    sent += 1;
  }, 10);
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));

async function expectAnswers({ port }: TestServer): Promise<void> {
  for (let asked = 0; asked < 10; asked++)
    expect((await send({ port, body: '{}' })).status, 'meanwhile').toBe(200);
}

test('200 heads that arrive a byte at a time are all aborted, and 10 reviews are answered meanwhile', async () => {
  // Shorter than the real limit, which is long because Go opens connections ahead of its requests.
  expect(defaultTimeouts.idle).toBe(120 * SECOND);
  await using server = await startServer({ timeouts: { idle: 500 } });
  using accepted = watchAccepted();
  const slow = await many(200, () => openRaw(server.port));
  trickle(
    slow.map(({ socket }) => socket),
    'POST /review HTTP/1.1\r\nX-Slow: '.padEnd(10_000, 'x'),
  );
  await expectAnswers(server);
  for (const { closed: gone, received } of slow) {
    await gone;
    // A peer that writes while the connection is closed may lose the answer.
    expect(received()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  }
  await vi.waitFor(() => expect(accepted.open()).toBe(0));
});

test('200 handshakes that arrive a byte at a time are all aborted, and 10 reviews are answered meanwhile', async () => {
  await using server = await startServer({ timeouts: { handshake: 500 } });
  using accepted = watchAccepted();
  const slow = Array.from({ length: 200 }, () =>
    connectPlain(server.port, '127.0.0.1').on('error', () => {}),
  );
  // The beginning of a record that announces a ClientHello of 16 KiB.
  trickle(slow, '\u0016\u0003\u0001\u0040\u0000\u0001\u0000\u003f\u00fc'.padEnd(10_000, '\u0003'));
  await expectAnswers(server);
  await Promise.all(slow.map(closed));
  await vi.waitFor(() => expect(server.logged('handshake failed')).toHaveLength(200));
  await vi.waitFor(() => expect(accepted.open()).toBe(0));
});

test('200 peers that close their side at once, or disappear during a handshake, leave 0 connections behind', async () => {
  await using server = await startServer({ timeouts: { handshake: 500 } });
  using accepted = watchAccepted();
  const halfOpen = await many(100, async () => {
    const socket = connectPlain({ port: server.port, host: '127.0.0.1', allowHalfOpen: true }).on(
      'error',
      () => {},
    );
    await once(socket, 'connect');
    return socket.end().resume();
  });
  const vanished = await many(100, async () => {
    const socket = connectPlain(server.port, '127.0.0.1').on('error', () => {});
    await once(socket, 'connect');
    return socket;
  });
  await Promise.all([...halfOpen, ...vanished].map(closed));
  await vi.waitFor(() => expect(accepted.open()).toBe(0));
  expect(accepted.sockets).toHaveLength(200);
  await expectAnswers(server);
});

test.each([
  ['after the handshake', '', 0],
  ['in the middle of a head', rawReview('{}', '/slow').slice(0, 20), 0],
  ['in the middle of a body', rawReview(' '.repeat(1_000), '/slow').slice(0, -1), 0],
  ['while an answer is owed', rawReview(' '.repeat(1_000), '/slow'), 200],
])(
  '200 peers that close their side %s, but still read, leave 0 connections and 0 bytes behind',
  async (_, said, owed) => {
    const slowly = vi.fn(async (body: Uint8Array) => sleep(300, allow(body)));
    await using server = await startServer({
      answerers: { '/slow': slowly, '/review': allow },
      // Long enough that none of them ends the connection.
      timeouts: { body: 60 * SECOND, idle: 60 * SECOND, handshake: 60 * SECOND },
    });
    using accepted = watchAccepted();
    const ended = await many(200, async () => {
      const halfOpen = connectPlain({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
      const { socket } = await openRaw(server.port, { socket: halfOpen });
      return socket.end(said);
    });
    await vi.waitFor(() => expect(accepted.open()).toBe(0), { timeout: 5 * SECOND });
    expect(accepted.sockets).toHaveLength(200);
    await Promise.all(ended.map(closed));
    expect(slowly).toHaveBeenCalledTimes(owed);
    await expect.poll(() => server.series('image_config_admission_body_bytes_in_flight')).toBe(0);
    await expectAnswers(server);
  },
);

/** An answer that is too large for any kernel buffer. */
const large = (): Answer => ({ ...allow(new Uint8Array()), body: ' '.repeat(16 * MIB) });

test('40 peers that read nothing of an answer of 16 MiB make the server hold at most 80 MiB, and it releases all of it', async () => {
  await using server = await startServer({
    answerers: { '/large': large, '/review': allow },
    timeouts: { body: 500 },
  });
  const held = () => server.series('image_config_admission_body_bytes_in_flight');
  const deaf = await many(40, async () => {
    const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(
      socket.on('error', () => {}),
      'secureConnect',
    );
    socket.write(rawReview('{}', '/large'));
    return socket;
  });
  let most = 0;
  await vi.waitFor(
    async () => {
      most = Math.max(most, (await held()) ?? 0);
      expect(most).toBeGreaterThan(16 * MIB);
      expect(await held()).toBe(0);
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(most).toBeLessThanOrEqual(80 * MIB);
  await expectAnswers(server);
  for (const socket of deaf) socket.destroy();
});

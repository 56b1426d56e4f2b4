import { expect, test, vi } from 'vitest';
import { defaultTimeouts } from '../../src/server/http-servers.ts';
import { openRaw, rawReview, send } from '../support/https-client.ts';
import { allow, startServer } from '../support/webhook-server.ts';

const HEAD = 'POST /review HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

async function* chunks(count: number, bytes: number): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(bytes).fill(0x20);
  for (let sent = 0; sent < count; sent++) yield chunk;
}

test('a body is read whole from single bytes', async () => {
  await using server = await startServer();
  const { socket, received } = await openRaw(server.port);
  for (const byte of rawReview('{"kind":"AdmissionReview"}')) socket.write(byte);
  await vi.waitFor(() => expect(received()).toContain('{"bytes":26}'));
});

test('a chunked body within the limit is read whole', async () => {
  await using server = await startServer();
  const reply = await send({ port: server.port, body: chunks(100, 1000) });
  expect(reply.body).toBe('{"bytes":100000}');
});

test('a chunked body that arrives at once with its head is read whole', async () => {
  await using server = await startServer();
  const { socket, received } = await openRaw(server.port);
  socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`);
  await vi.waitFor(() => expect(received()).toContain('{"bytes":2}'));
});

test('a body of exactly the limit is read, one byte more is not', async () => {
  await using server = await startServer({ limits: { maxReviewBytes: 1000 } });
  const within = await send({ port: server.port, body: ' '.repeat(1000) });
  expect(within).toMatchObject({ status: 200, body: '{"bytes":1000}' });
  const over = await send({ port: server.port, body: ' '.repeat(1001) });
  expect(over.status).toBe(413);
});

test('a body that stops is a 408 after the timeout', async () => {
  await using server = await startServer({ timeouts: { body: 50 } });
  const { socket, received, closed } = await openRaw(server.port);
  socket.write(`${HEAD}Content-Length: 100\r\n\r\n{"half":`);
  await closed;
  expect(received()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(received()).toContain('Connection: close');
  expect(received()).toContain('did not arrive in time');
  await expect.poll(() => server.series('image_config_admission_body_bytes_in_flight')).toBe(0);
});

test('a body that trickles is a 408 after the same timeout, however often bytes arrive', async () => {
  await using server = await startServer({ timeouts: { body: 200 } });
  const { socket, received, closed } = await openRaw(server.port);
  socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
  const trickle = setInterval(() => socket.write(' '), 10);
  await closed;
  clearInterval(trickle);
  expect(received()).toMatch(/^HTTP\/1\.1 408 /);
});

test('a client that disconnects in the middle of a body frees its bytes', async () => {
  await using server = await startServer();
  const { socket } = await openRaw(server.port);
  socket.write(`${HEAD}Content-Length: 5000\r\n\r\n{"half":`);
  await expect.poll(() => server.series('image_config_admission_body_bytes_in_flight')).toBe(8);
  socket.destroy();
  await expect.poll(() => server.series('image_config_admission_body_bytes_in_flight')).toBe(0);
  expect(server.logged('review aborted')).toMatchObject([
    { path: '/review', verdict: 'rejected', status: 499 },
  ]);
});

test('bodies over the budget wait unread, and are answered in their order', async () => {
  const answered: number[] = [];
  let answerFirst = (): void => {};
  const firstMayEnd = new Promise<void>((resolve) => {
    answerFirst = resolve;
  });
  const answer = async (body: Uint8Array) => {
    if (answered.length === 0) await firstMayEnd;
    answered.push(body.length);
    return allow(body);
  };
  await using server = await startServer({
    answerers: { '/review': answer },
    limits: { maxReviewBytes: 1000, maxBytesInFlight: 1500 },
  });
  const inFlight = () => server.series('image_config_admission_body_bytes_in_flight');
  const first = send({ port: server.port, body: ' '.repeat(900) });
  await expect.poll(inFlight).toBe(900);
  const second = await openRaw(server.port);
  second.socket.write(rawReview(' '.repeat(800)));
  const third = await openRaw(server.port);
  third.socket.write(rawReview(' '.repeat(100)));
  // Both have arrived when a request after them is answered on the ops port's own connection.
  await expect.poll(inFlight).toBe(900);
  answerFirst();
  await first;
  await vi.waitFor(() => expect(answered).toEqual([900, 800, 100]));
  await expect.poll(inFlight).toBe(0);
});

test('a body that waits for the budget is a 408 after the timeout', async () => {
  let answerFirst = (): void => {};
  const firstMayEnd = new Promise<void>((resolve) => {
    answerFirst = resolve;
  });
  await using server = await startServer({
    answerers: { '/review': async (body) => firstMayEnd.then(() => allow(body)) },
    limits: { maxReviewBytes: 1000, maxBytesInFlight: 1000 },
    timeouts: { body: 100 },
  });
  const first = send({ port: server.port, body: ' '.repeat(900) });
  await expect.poll(() => server.series('image_config_admission_body_bytes_in_flight')).toBe(900);
  const waiting = await send({ port: server.port, body: ' '.repeat(800) });
  expect(waiting.status).toBe(408);
  answerFirst();
  expect((await first).status).toBe(200);
});

const MIB = 1024 * 1024;

test('large bodies that are declared and do not arrive count nothing, and other reviews are answered', async () => {
  await using server = await startServer({ timeouts: { body: 60_000 } });
  const idle = await Promise.all(Array.from({ length: 40 }, () => openRaw(server.port)));
  for (const { socket } of idle) socket.write(`${HEAD}Content-Length: ${8 * MIB}\r\n\r\n`);
  for (const bytes of [100, 200_000, 8 * MIB]) {
    expect(await send({ port: server.port, body: ' '.repeat(bytes) })).toMatchObject({ status: 200 });
  }
  expect(idle.map(({ received }) => received())).toEqual(idle.map(() => ''));
  expect(await server.series('image_config_admission_body_bytes_in_flight')).toBe(0);
  for (const { socket } of idle) socket.destroy();
});

test('chunked bodies count the bytes that have arrived', async () => {
  await using server = await startServer();
  const open = await Promise.all(Array.from({ length: 10 }, () => openRaw(server.port)));
  for (const { socket } of open) socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`);
  await expect.poll(() => server.series('image_config_admission_body_bytes_in_flight')).toBe(40);
  expect((await send({ port: server.port, body: chunks(100, 1000) })).status).toBe(200);
  for (const { socket } of open) socket.destroy();
});

test('small bodies do not wait behind large ones that stopped halfway, and memory stays bounded', async () => {
  await using server = await startServer({ timeouts: { body: 60_000 } });
  const stuck = await Promise.all(Array.from({ length: 12 }, () => openRaw(server.port)));
  for (const { socket } of stuck)
    socket.write(`${HEAD}Content-Length: ${8 * MIB}\r\n\r\n${' '.repeat(7 * MIB)}`);
  const inFlight = () => server.series('image_config_admission_body_bytes_in_flight');
  await expect.poll(inFlight).toBeGreaterThan(39 * MIB);
  expect((await send({ port: server.port, body: ' '.repeat(200_000) })).status).toBe(200);
  expect(stuck.map(({ received }) => received())).toEqual(stuck.map(() => ''));
  expect(await inFlight()).toBeLessThanOrEqual(64 * MIB);
  for (const { socket } of stuck) socket.destroy();
  await expect.poll(inFlight).toBe(0);
});

test('more large bodies at once than fit are all answered, without a deadlock', async () => {
  await using server = await startServer({ timeouts: { body: 20_000 } });
  const bodies = Array.from({ length: 16 }, () => send({ port: server.port, body: chunks(8, MIB) }));
  for (const reply of await Promise.all(bodies)) expect(reply.body).toBe(`{"bytes":${8 * MIB}}`);
  expect(await server.series('image_config_admission_body_bytes_in_flight')).toBe(0);
});

test('the timeout for a body is shorter than that of the API server for a Pod', () => {
  expect(defaultTimeouts.body).toBeLessThan(3_000);
});

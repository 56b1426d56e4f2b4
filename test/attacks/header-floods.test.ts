import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRaw, send } from '../support/https-client.ts';
import { startServer, type TestServer } from '../support/webhook-server.ts';
import { watchAccepted } from './accepted.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

let server: TestServer & AsyncDisposable;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const HEAD = 'POST /review HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const BODY = 'Content-Length: 2\r\n\r\n{}';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n2`;

/** The first line of the answer; empty when the connection ends without one. */
async function firstLine(text: string): Promise<string> {
  const { socket, received, closed } = await openRaw(server.port);
  socket.on('data', () => socket.destroy());
  socket.write(text);
  await closed;
  return received().split('\r\n', 1)[0] ?? '';
}

const expectAnswers = async (): Promise<void> =>
  expect((await send({ port: server.port, body: '{}' })).status).toBe(200);

test('a head of 15 KiB is accepted, and one of 17 KiB is answered with 431', async () => {
  const withPadding = (bytes: number): string => `${HEAD}X: ${'y'.repeat(bytes)}\r\n${BODY}`;
  expect(await firstLine(withPadding(15 * KIB))).toBe('HTTP/1.1 200 OK');
  expect(await firstLine(withPadding(17 * KIB))).toBe('HTTP/1.1 431 Request Header Fields Too Large');
  await expectAnswers();
});

test.each([
  ['100,000 headers', `${HEAD}${'A: bcd\r\n'.repeat(100_000)}${BODY}`],
  ['a header of 10 MiB', `${HEAD}X: ${'y'.repeat(10 * MIB)}\r\n${BODY}`],
  ['the name of a header of 10 MiB', `${HEAD}${'y'.repeat(10 * MIB)}: x\r\n${BODY}`],
  ['a path of 10 MiB', `POST /${'y'.repeat(10 * MIB)} HTTP/1.1\r\n\r\n`],
  ['100,000 headers behind a chunked body', `${CHUNKED}\r\n{}\r\n0\r\n${'A: bcd\r\n'.repeat(100_000)}\r\n`],
  ['10 MiB beside the size of a chunk', `${CHUNKED};${'a=b;'.repeat(2.5 * MIB)}\r\n{}\r\n0\r\n\r\n`],
])('of %s the server reads at most 128 KiB, and closes the connection', async (_, text) => {
  using accepted = watchAccepted();
  // A client that still writes may not receive the answer.
  expect(await firstLine(text)).toMatch(/^(HTTP\/1\.1 (431|413) |$)/);
  await expect.poll(accepted.open).toBe(0);
  const [read = 0] = accepted.sockets.map(({ bytesRead }) => bytesRead);
  // More than the limit of 16 KiB: the handshake counts, and the server reads the socket in larger pieces.
  expect(read).toBeGreaterThan(16 * KIB);
  expect(read).toBeLessThanOrEqual(128 * KIB);
  await expectAnswers();
});

test('8,000 headers within 16 KiB are all read, so the length of the body is known', async () => {
  expect(await firstLine(`${HEAD}${'A:b\r\n'.repeat(8_000)}${BODY}`)).toBe('HTTP/1.1 200 OK');
  await expectAnswers();
});

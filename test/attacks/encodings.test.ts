import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { answerReview } from '../../src/admission/answer.ts';
import { allowed } from '../../src/admission/verdict.ts';
import { openRaw, send } from '../support/https-client.ts';
import { startServer, type TestServer } from '../support/webhook-server.ts';

const MIB = 1024 * 1024;
const handler = vi.fn(() => allowed());
let server: TestServer & AsyncDisposable;

beforeAll(async () => {
  server = await startServer({ answerers: { '/review': (body) => answerReview(body, handler) } });
});
afterEach(() => expect(handler).not.toHaveBeenCalled());
afterAll(() => server[Symbol.asyncDispose]());

const zeros = Buffer.alloc(64 * MIB);

test.each([
  ['gzip', gzipSync(zeros)],
  ['GZIP', gzipSync(zeros)],
  ['deflate', deflateSync(zeros)],
  ['br', brotliCompressSync(zeros)],
  ['gzip, gzip', gzipSync(gzipSync(zeros))],
  ['identity, gzip', gzipSync(zeros)],
  ['zstd', Buffer.from('noise')],
])(
  'a body of 64 MiB, compressed to less than 1 with %s, is answered with 415 and never unpacked',
  async (encoding, body) => {
    expect(body.length).toBeLessThan(MIB);
    const reply = await send({ port: server.port, headers: { 'content-encoding': encoding }, body });
    expect(reply).toMatchObject({ status: 415, body: 'a review has no content encoding\n' });
  },
);

test('a body with the transfer encoding gzip is not unpacked, so it is no JSON', async () => {
  const body = gzipSync(zeros);
  const { socket, received, closed } = await openRaw(server.port);
  socket.on('data', () => socket.destroy());
  socket.write(
    'POST /review HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
  );
  socket.write(`${body.length.toString(16)}\r\n`);
  socket.write(body);
  socket.write('\r\n0\r\n\r\n');
  await closed;
  expect(received()).toMatch(/^HTTP\/1\.1 400 .*the body is not valid UTF-8/s);
});

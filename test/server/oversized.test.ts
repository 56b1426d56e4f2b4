import { Agent } from 'node:https';
import { expect, test } from 'vitest';
import { send } from '../support/https-client.ts';
import { startServer } from '../support/webhook-server.ts';

const MIB = 1024 * 1024;
const uid = '705ab4f5-6393-11e8-b7cc-42010a800002';
const beginning = `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"${uid}","object":"`;

/** A review of so many bytes that begins as the API server's do. */
const review = (bytes: number): string => `${beginning}${'x'.repeat(bytes - beginning.length - 3)}"}}`;

async function* endless(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(beginning);
  const chunk = Buffer.alloc(256 * 1024, 'x');
  for (;;) yield chunk;
}

function expectDenial(body: string, size: RegExp): void {
  const { response } = JSON.parse(body);
  expect(response).toMatchObject({ uid, allowed: false, status: { code: 422 } });
  expect(response.status.message).toMatch(size);
}

test.each([
  ['one byte over 8 MiB', 8 * MIB + 1],
  ['the 25 MB that the API server makes of 3 MiB', 25_200_000],
])('a review of %s is denied by its uid, and the connection stays open', async (_, bytes) => {
  await using server = await startServer();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const reply = await send({ port: server.port, body: review(bytes), agent });
  expect(reply.status).toBe(200);
  expectDenial(reply.body, new RegExp(`has ${bytes} bytes, and at most 8388608`));
  expect(reply.headers.connection).toBe('keep-alive');
  const next = await send({ port: server.port, body: '{}', agent });
  expect(next.status).toBe(200);
  agent.destroy();
  expect(server.logged('review answered')[0]).toMatchObject({ verdict: 'denied', review: { uid } });
});

test('an oversized review for an advisory path is allowed with a warning', async () => {
  await using server = await startServer({ advisory: ['/review'], limits: { maxReviewBytes: 1000 } });
  const { response } = JSON.parse((await send({ port: server.port, body: review(3000) })).body);
  expect(response).toEqual({
    uid,
    allowed: true,
    warnings: [expect.stringMatching(/has 3000 bytes, and at most 1000 are read/)],
    auditAnnotations: { uid },
  });
});

test('in observe mode an oversized review is allowed with a warning, and counted', async () => {
  await using server = await startServer({ enforce: false, limits: { maxReviewBytes: 1000 } });
  const { response } = JSON.parse((await send({ port: server.port, body: review(3000) })).body);
  expect(response).toEqual({
    uid,
    allowed: true,
    warnings: [expect.stringMatching(/^would be denied: this object is too large .* has 3000 bytes/)],
    auditAnnotations: { uid, codes: 'too-large' },
  });
  expect(await server.series('image_config_admission_would_deny_total{code="too-large"}')).toBe(1);
});

test('an oversized chunked review is read to its end and denied', async () => {
  await using server = await startServer({ limits: { maxReviewBytes: 1000 } });
  async function* body() {
    yield Buffer.from(review(3000));
  }
  const reply = await send({ port: server.port, body: body() });
  expectDenial(reply.body, /has 3000 bytes, and at most 1000/);
});

test('an endless review is denied after 64 MiB, and its connection closed', async () => {
  await using server = await startServer();
  const reply = await send({ port: server.port, body: endless() });
  expectDenial(reply.body, /more than 8388608 bytes/);
  expect(reply.headers.connection).toBe('close');
});

test('an oversized body without a uid at its beginning is a 413', async () => {
  await using server = await startServer({ limits: { maxReviewBytes: 1000 } });
  const reply = await send({ port: server.port, body: ' '.repeat(5000) + review(2000) });
  expect(reply.status).toBe(413);
  expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
});

test('an oversized review holds no bytes', async () => {
  await using server = await startServer({ limits: { maxReviewBytes: 1000, maxBytesInFlight: 1000 } });
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => send({ port: server.port, body: review(MIB) })),
  );
  for (const reply of replies) expectDenial(reply.body, /has 1048576 bytes/);
  expect(await server.series('image_config_admission_body_bytes_in_flight')).toBe(0);
});

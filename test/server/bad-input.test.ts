import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { answerReview } from '../../src/admission/answer.ts';
import { allowed } from '../../src/admission/verdict.ts';
import { openRaw, type Reply, rawReview, type Sent, send } from '../support/https-client.ts';
import { podOf, podReview, UID } from '../support/reviews.ts';
import { startServer, type TestServer } from '../support/webhook-server.ts';

let server: TestServer & AsyncDisposable;

beforeAll(async () => {
  server = await startServer({ answerers: { '/review': (body) => answerReview(body, () => allowed()) } });
});

afterAll(() => server[Symbol.asyncDispose]());

const review = podReview(podOf({ app: 'tf-python39' }));
const text = (value: unknown): string => JSON.stringify(value);

/** The server still answers an ordinary review. */
async function expectStillAnswering(): Promise<void> {
  const reply = await send({ port: server.port, body: text(review) });
  expect(reply.status).toBe(200);
  expect(JSON.parse(reply.body).response).toEqual({ uid: UID, allowed: true });
}

test.each<[string, Omit<Sent, 'port'>, Partial<Reply> | { status: number; body: unknown }]>([
  ['an empty body', { body: '' }, { status: 400, body: expect.stringContaining('the body is empty') }],
  [
    'a truncated body',
    { body: text(review).slice(0, 200) },
    { status: 400, body: expect.stringContaining('cut short') },
  ],
  [
    'a text that is not JSON',
    { body: 'kind: AdmissionReview' },
    { status: 400, body: expect.stringContaining('not JSON') },
  ],
  [
    'another kind',
    { body: text({ ...review, kind: 'ConversionReview' }) },
    { status: 400, body: expect.stringContaining('kind should be AdmissionReview') },
  ],
  [
    'the version v1beta1',
    { body: text({ ...review, apiVersion: 'admission.k8s.io/v1beta1' }) },
    { status: 400, body: expect.stringContaining('admissionReviewVersions: [v1]') },
  ],
  [
    'no uid',
    { body: text({ ...review, request: { ...review.request, uid: undefined } }) },
    { status: 400, body: expect.stringContaining('uid') },
  ],
  [
    'brackets nested 100,000 deep',
    { body: '['.repeat(100_000) + ']'.repeat(100_000) },
    { status: 400, body: expect.stringContaining('nested deeper') },
  ],
  [
    'objects nested 100,000 deep within a review',
    {
      body: text(review).replace(
        '"object":',
        `"deep":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)},"object":`,
      ),
    },
    { status: 400, body: expect.stringContaining('nested deeper') },
  ],
  [
    'invalid UTF-8',
    { body: Buffer.concat([Buffer.from('{"kind":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]) },
    { status: 400, body: expect.stringContaining('not valid UTF-8') },
  ],
  [
    'JSON in UTF-16',
    { body: Buffer.from(text(review), 'utf16le') },
    { status: 400, body: expect.stringMatching(/not/) },
  ],
  [
    'a form',
    { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { status: 415, body: 'a review has Content-Type: application/json\n' },
  ],
  [
    'a content type that begins with application/json',
    { body: text(review), headers: { 'content-type': 'application/json-patch+json' } },
    { status: 415, body: 'a review has Content-Type: application/json\n' },
  ],
  [
    'gzip',
    { body: gzipSync(text(review)), headers: { 'content-encoding': 'gzip' } },
    { status: 415, body: 'a review has no content encoding\n' },
  ],
  [
    'PUT',
    { method: 'PUT', body: text(review) },
    { status: 405, headers: expect.objectContaining({ allow: 'POST' }) },
  ],
  ['GET', { method: 'GET' }, { status: 405, headers: expect.objectContaining({ allow: 'POST' }) }],
  ['HEAD', { method: 'HEAD' }, { status: 405, body: '' }],
  [
    'another path',
    { path: '/mutate', body: text(review) },
    { status: 404, body: 'not found. POST reviews to /review\n' },
  ],
  ['a path that cannot be decoded', { path: '/%', body: text(review) }, { status: 404 }],
  ['a path below ours', { path: '/review/', body: text(review) }, { status: 404 }],
])(
  'a bad request (%s) gets a response, and the server answers the next review',
  async (_, sent, expected) => {
    expect(await send({ port: server.port, ...sent })).toMatchObject(expected);
    await expectStillAnswering();
  },
);

test.each([
  ['a parameter in the content type', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
  ['capitals in the content type', { headers: { 'content-type': 'Application/JSON' } }],
  ['the query of the API server', { path: '/review?timeout=5s' }],
  ['the content encoding identity', { headers: { 'content-encoding': 'identity' } }],
])('a review has the same answer with %s', async (_, sent) => {
  const reply = await send({ port: server.port, body: text(review), ...sent });
  expect(JSON.parse(reply.body).response).toEqual({ uid: UID, allowed: true });
});

test('a key such as __proto__ is data, and changes no prototype', async () => {
  const body = text(review).replace(
    '"metadata":',
    '"__proto__":{"polluted":"yes"},"constructor":{"prototype":1},"metadata":',
  );
  const reply = await send({ port: server.port, body });
  expect(JSON.parse(reply.body).response).toEqual({ uid: UID, allowed: true });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  await expectStillAnswering();
});

test('pipelined requests are answered in their order', async () => {
  const { socket, received } = await openRaw(server.port);
  const uids = Array.from({ length: 20 }, (_, index) => `uid-${index}`);
  socket.write(
    uids.map((uid) => rawReview(text({ ...review, request: { ...review.request, uid } }))).join(''),
  );
  await vi.waitFor(() =>
    expect([...received().matchAll(/"uid":"(uid-\d+)"/g)].map(([, uid]) => uid)).toEqual(uids),
  );
  socket.destroy();
});

test.each([
  ['noise instead of HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['headers without end', `GET / HTTP/1.1\r\nX: ${'y'.repeat(20_000)}`, /^HTTP\/1\.1 431 /],
  [
    'two lengths',
    'POST /review HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a length and chunks',
    'POST /review HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'a chunk without a size',
    'POST /review HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    /^(HTTP\/1\.1 400 .*)?/,
  ],
])('%s closes its own connection and no other', async (_, bytes, expected) => {
  const { socket, received, closed } = await openRaw(server.port);
  socket.write(bytes);
  await closed;
  expect(received()).toMatch(expected);
  await expectStillAnswering();
});

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { answerReview, NotReady } from '../../src/admission/answer.ts';
import { allowed, denied, patched } from '../../src/admission/verdict.ts';
import { send } from '../support/https-client.ts';
import { podOf, podReview, UID } from '../support/reviews.ts';
import { allow, startServer } from '../support/webhook-server.ts';

const review = podReview(podOf({ app: 'tf-python39' }));
const body = JSON.stringify(review);

test('a review gets one answer, one log line and one observation', async () => {
  const operations = [
    { op: 'add' as const, path: '/spec/containers/0/image', value: 'host.example/x:latest' },
  ];
  await using server = await startServer({
    answerers: { '/review': (bytes) => answerReview(bytes, () => patched(operations)) },
  });
  const reply = await send({ port: server.port, path: '/review?timeout=3s', body });
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toBe('application/json');
  expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(reply.body)));
  expect(reply.headers['x-powered-by']).toBeUndefined();
  expect(JSON.parse(reply.body)).toEqual({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid: UID,
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
    },
  });

  expect(server.logged('review answered')).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      path: '/review',
      verdict: 'patched',
      status: 200,
      ms: expect.any(Number),
      review: { uid: UID, operation: 'CREATE', resource: 'pods', namespace: 'tool-wikibugs', dryRun: false },
      msg: 'review answered',
    },
  ]);
  const labels = 'path="/review",operation="CREATE",verdict="patched"';
  expect(await server.series(`image_config_admission_reviews_total{${labels}}`)).toBe(1);
  expect(await server.series(`image_config_admission_review_duration_seconds_count{${labels}}`)).toBe(1);
});

test.each(['plain', 'é', '…', '😀'])('an answer with the warning %s arrives as it is', async (warning) => {
  await using server = await startServer({
    answerers: { '/review': (bytes) => answerReview(bytes, () => allowed([warning])) },
  });
  const reply = await send({ port: server.port, body });
  expect(JSON.parse(reply.body).response.warnings).toEqual([warning]);
  expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(reply.body)));
});

test('text of a client is neither a key of the log nor a label', async () => {
  await using server = await startServer({
    answerers: { '/review': (bytes) => answerReview(bytes, () => patched([])) },
  });
  const hostile = {
    ...review,
    request: {
      ...review.request,
      uid: 'u'.repeat(100_000),
      name: 'evil\n{"level":"fatal"}',
      namespace: '__proto__',
      subResource: 'msg',
    },
  };
  await send({ port: server.port, body: JSON.stringify(hostile) });
  await send({
    port: server.port,
    body: JSON.stringify({ ...review, request: { uid: 'x', operation: 'EXPLODE' } }),
  });
  const lines = server.logged('review answered');
  for (const line of lines)
    expect(
      Object.keys(line).filter((key) => !KEYS.has(key)),
      'keys of the log line',
    ).toEqual([]);
  expect(lines[0]?.review).toMatchObject({
    uid: `${'u'.repeat(256)}…`,
    name: 'evil\n{"level":"fatal"}',
    namespace: '__proto__',
    resource: 'pods/msg',
  });
  expect(JSON.stringify(lines)).not.toContain('tf-python39');
  const text = await server.metrics.text();
  expect(text).not.toMatch(/EXPLODE|__proto__|pods/);
  expect(text).toContain('operation="none",verdict="rejected"');
});

const KEYS = new Set(['level', 'time', 'path', 'verdict', 'status', 'ms', 'review', 'msg']);

test('the log level follows from the verdict', async () => {
  await using server = await startServer({
    answerers: {
      '/denied': (bytes) => answerReview(bytes, () => denied([{ field: 'a', text: 'no' }])),
      '/failed': () => Promise.reject(new Error('a fault')),
    },
  });
  await send({ port: server.port, path: '/denied', body });
  await send({ port: server.port, path: '/denied', body: '{' });
  await send({ port: server.port, path: '/failed', body });
  expect(server.logged('review answered').map(({ verdict, level }) => [verdict, level])).toEqual([
    ['denied', 'info'],
    ['rejected', 'warn'],
    ['failed', 'error'],
  ]);
});

test('an error of a handler is a 500 without details; the log has them', async () => {
  await using server = await startServer({
    answerers: {
      '/throws': () => {
        throw new Error('a secret reason');
      },
      '/rejects': () => Promise.reject(new Error('a secret reason')),
      '/handler-throws': (bytes) =>
        answerReview(bytes, () => {
          throw new Error('a secret reason');
        }),
    },
  });
  for (const path of ['/throws', '/rejects', '/handler-throws']) {
    const reply = await send({ port: server.port, path, body });
    expect(reply.status).toBe(500);
    expect(reply.headers['retry-after']).toBeUndefined();
    expect(reply.body).not.toContain('secret');
  }
  for (const line of server.logged('review answered'))
    expect(line).toMatchObject({
      level: 'error',
      verdict: 'failed',
      err: { message: 'a secret reason', stack: expect.any(String) },
    });
  expect(await server.series(FAILED)).toBe(1);
});

const FAILED = 'image_config_admission_reviews_total{path="/throws",operation="none",verdict="failed"}';

test('a handler without a catalog is a 500, and no verdict', async () => {
  await using server = await startServer({
    answerers: {
      '/review': (bytes) =>
        answerReview(bytes, () => {
          throw new NotReady('no catalog to resolve names by: absent');
        }),
    },
  });
  const reply = await send({ port: server.port, body });
  expect(reply).toMatchObject({ status: 500, body: 'no catalog to resolve names by: absent\n' });
  expect(server.logged('review answered')[0]).toMatchObject({
    verdict: 'failed',
    review: { reason: expect.stringContaining('absent') },
  });
});

test('a rejected request is read to its end: its answer arrives, and the connection stays open', async () => {
  await using server = await startServer();
  const reply = await send({
    port: server.port,
    headers: { 'content-type': 'text/plain' },
    body: ' '.repeat(20_000_000),
  });
  expect(reply.status).toBe(415);
  expect(reply.headers.connection).not.toBe('close');
});

test('a slow answer does not hold up a fast one', async () => {
  let answerSlowOne = (): void => {};
  const slowOne = new Promise<void>((resolve) => {
    answerSlowOne = resolve;
  });
  await using server = await startServer({
    answerers: { '/slow': (bytes) => slowOne.then(() => allow(bytes)), '/fast': allow },
  });
  const slow = send({ port: server.port, path: '/slow', body });
  expect((await send({ port: server.port, path: '/fast', body })).status).toBe(200);
  answerSlowOne();
  expect((await slow).status).toBe(200);
});

test('long reviews and long answers alternate on kept-alive connections', async () => {
  const operations = Array.from({ length: 400 }, (_, index) => ({
    op: 'add' as const,
    path: `/metadata/fact-${index}`,
    value: 'host.example/toolforge-python311-sssd-base:latest',
  }));
  await using server = await startServer({
    answerers: { '/review': (bytes) => answerReview(bytes, () => patched(operations)) },
  });
  // On another thread: on the server's own, a client never sends the next request while the server still writes.
  const asked = new Worker(CLIENT, {
    eval: true,
    workerData: { port: server.port, body: JSON.stringify({ ...review, padding: 'x'.repeat(30_000) }) },
  });
  const [answers] = await once(asked, 'message');
  expect(answers).toEqual(Array(1_600).fill(200));
});

const CLIENT = `
  const { Agent, request } = require('node:https');
  const { parentPort, workerData: { port, body } } = require('node:worker_threads');
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const options = { agent, port, host: '127.0.0.1', path: '/review', method: 'POST', headers, rejectUnauthorized: false };
  const ask = () => new Promise((resolve) => {
    request(options, (response) => response.resume().on('end', () => resolve(response.statusCode)))
      .on('error', (error) => resolve(error.message))
      .end(body);
  });
  Promise.all(Array.from({ length: 1_600 }, ask)).then((answers) => {
    agent.destroy();
    parentPort.postMessage(answers);
  });
`;

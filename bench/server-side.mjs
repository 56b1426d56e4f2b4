// Shared code of the servers with which this webhook is compared.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

/** The patch of a server that resolves nothing, in Base64. */
export const patch = Buffer.from(
  JSON.stringify([
    { op: 'add', path: '/spec/containers/0/image', value: 'registry.example/some-image:latest' },
  ]),
).toString('base64');

/**
 * Serves HTTPS on a free port of 127.0.0.1, and prints the port. The first two arguments of the program are the files of
 * certificate and key.
 *
 * @param {import('node:http').RequestListener} listener
 */
export function serve(listener) {
  const [certificate = '', key = ''] = process.argv.slice(2);
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key), keepAlive: true },
    listener,
  );
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(typeof address === 'object' && address?.port);
  });
}

/**
 * Answers an AdmissionReview.
 *
 * @param {import('node:http').ServerResponse} to
 * @param {{apiVersion: string, kind: string}} review
 * @param {object} response the field `response` of the answer
 */
export function answer(to, { apiVersion, kind }, response) {
  const body = JSON.stringify({ apiVersion, kind, response });
  to.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  to.end(body);
}

/**
 * Measures milliseconds from the head of each request to the end of its answer. On SIGTERM the process prints all of them
 * as one line of JSON, and exits.
 *
 * @param {import('node:http').RequestListener} listener
 * @returns {import('node:http').RequestListener}
 */
export function timed(listener) {
  /** @type {number[]} */
  const took = [];
  process.once('SIGTERM', () => process.stdout.write(`${JSON.stringify(took)}\n`, () => process.exit(0)));
  return (request, response) => {
    const began = performance.now();
    response.once('finish', () => took.push(performance.now() - began));
    listener(request, response);
  };
}

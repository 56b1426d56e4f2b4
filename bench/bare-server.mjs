// The baseline: the least that answers an AdmissionReview over TLS. It parses the review and sends a fixed patch.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { timed } from './server-side.mjs';

const [certificate, key] = process.argv.slice(2);
const patch = Buffer.from(
  JSON.stringify([
    { op: 'add', path: '/spec/containers/0/image', value: 'registry.example/some-image:latest' },
  ]),
).toString('base64');

const server = createServer(
  { cert: readFileSync(certificate), key: readFileSync(key), keepAlive: true },
  timed((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const review = JSON.parse(Buffer.concat(chunks).toString());
      const body = JSON.stringify({
        apiVersion: review.apiVersion,
        kind: review.kind,
        response: { uid: review.request.uid, allowed: true, patchType: 'JSONPatch', patch },
      });
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  }),
);
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

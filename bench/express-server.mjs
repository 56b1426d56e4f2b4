// Beside the baseline: what it costs to write the same with Express and its JSON body parser, as most tutorials do.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import express from 'express';
import { timed } from './server-side.mjs';

const [certificate, key] = process.argv.slice(2);
const patch = Buffer.from(
  JSON.stringify([
    { op: 'add', path: '/spec/containers/0/image', value: 'registry.example/some-image:latest' },
  ]),
).toString('base64');

const app = express();
app.use(express.json({ limit: '8mb' }));
app.post('/mutate-pods', ({ body: { apiVersion, kind, request } }, response) => {
  response.json({
    apiVersion,
    kind,
    response: { uid: request.uid, allowed: true, patchType: 'JSONPatch', patch },
  });
});

const server = createServer(
  { cert: readFileSync(certificate), key: readFileSync(key), keepAlive: true },
  timed(app),
);
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

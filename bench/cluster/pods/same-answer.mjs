// The baseline of bench:pods: the least that answers an AdmissionReview over TLS, with the same answer as ours. It parses the
// review, and gets each answer from ours when it needs it for the first time.
//
//     node bench/cluster/pods/same-answer.mjs CERTIFICATE KEY URL      URL is ours, such as https://127.0.0.1:8443/mutate-pods
import { readFileSync } from 'node:fs';
import { createServer, request as send } from 'node:https';
import { buffer, json } from 'node:stream/consumers';

const [certificate, key, ours] = process.argv.slice(2);

/** By operation and image: what the reviews of bench:pods differ in. */
const answers = new Map();

const server = createServer(
  { cert: readFileSync(certificate), key: readFileSync(key), keepAlive: true },
  async (request, response) => {
    const text = await buffer(request);
    const review = JSON.parse(text.toString());
    const { uid, operation, object, oldObject } = review.request;
    const kind = `${operation} ${imageOf(oldObject)} ${imageOf(object)}`;
    if (!answers.has(kind)) answers.set(kind, await askOurs(text));
    const body = JSON.stringify({
      apiVersion: review.apiVersion,
      kind: review.kind,
      response: { ...answers.get(kind), uid },
    });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  },
);
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

const imageOf = (pod) => pod?.spec.containers[0].image;

/** Both ends are of this machine. */
function askOurs(text) {
  const headers = { 'content-type': 'application/json', 'content-length': text.length };
  return new Promise((resolve, reject) => {
    send(ours, { method: 'POST', headers, rejectUnauthorized: false }, (answer) =>
      json(answer).then(({ response }) => resolve(response), reject),
    )
      .on('error', reject)
      .end(text);
  });
}

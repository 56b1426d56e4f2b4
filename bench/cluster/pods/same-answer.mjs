// The baseline of bench:pods: the least that answers an AdmissionReview over TLS, with the same answer as this webhook. It
// parses the review. It requests each answer that it needs from this webhook once, and caches it.
//
//     node bench/cluster/pods/same-answer.mjs CERTIFICATE KEY URL      URL is this webhook's: https://127.0.0.1:8443/mutate-pods
import { request as send } from 'node:https';
import { buffer, json } from 'node:stream/consumers';
import { answer, serve } from '../../server-side.mjs';

const [, , , , ours = ''] = process.argv;

/** The cached answers, by operation and images: the reviews of bench:pods differ in nothing else. */
const answers = new Map();

serve(async (request, response) => {
  const text = await buffer(request);
  const review = JSON.parse(text.toString());
  const { uid, operation, object, oldObject } = review.request;
  const kind = `${operation} ${imageOf(oldObject)} ${imageOf(object)}`;
  if (!answers.has(kind)) answers.set(kind, await askOurs(text));
  answer(response, review, { ...answers.get(kind), uid });
});

/** @param {import('@kubernetes/client-node').V1Pod | null | undefined} pod */
const imageOf = (pod) => pod?.spec?.containers[0]?.image;

/**
 * Both ends are on this machine, so no certificate is verified.
 *
 * @param {Buffer} text
 * @returns {Promise<object>}
 */
function askOurs(text) {
  const headers = { 'content-type': 'application/json', 'content-length': text.length };
  return new Promise((resolve, reject) => {
    send(ours, { method: 'POST', headers, rejectUnauthorized: false }, (answered) => {
      json(answered).then((review) => resolve(/** @type {{response: object}} */ (review).response), reject);
    })
      .on('error', reject)
      .end(text);
  });
}

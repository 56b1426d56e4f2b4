// The baseline: the least that answers an AdmissionReview over TLS. It parses the review and sends a fixed patch.
import { answer, patch, serve, timed } from './server-side.mjs';

serve(
  timed((request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const review = JSON.parse(Buffer.concat(chunks).toString());
      answer(response, review, { uid: review.request.uid, allowed: true, patchType: 'JSONPatch', patch });
    });
  }),
);

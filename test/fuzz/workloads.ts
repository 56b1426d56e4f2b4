import { expectProperAnswer, expectWarnings, uidOf, verdictOf, type Webhook } from './answers.ts';
import { expectSame, type Fuzz } from './fuzz.ts';
import { workloadReview } from './generate/reviews.ts';
import type { World } from './generate/worlds.ts';
import { readJson } from './oracle/json.ts';
import { expectedOfWorkload } from './oracle/workloads.ts';
import { type Asked, imagesAt, reviewFuzz } from './pods.ts';

export const warnWorkloads = imagesAt('/warn-workloads');

/** Reviews of workloads, valid or nearly so: each is allowed unchanged, with the warnings of the oracle. */
export const workloadFuzz = (webhookIn = warnWorkloads): Fuzz<Asked> =>
  reviewFuzz('workloads', workloadReview, (body, world) => checkWorkloads(body, world, webhookIn(world)));

/** Checks the answer; returns `rejected`, `silent` or `warned`. */
export function checkWorkloads(body: Uint8Array, world: World, webhook: Webhook): string {
  const answer = webhook(body);
  expectSame(webhook(body), answer, 'the same review gets the same answer');
  const review = readJson(body);
  const expected = expectedOfWorkload(review, world);
  expectProperAnswer(answer, expected.verdict === 'rejected' ? undefined : uidOf(review));
  if (expected.verdict === 'rejected') return 'rejected';

  const { response } = JSON.parse(answer.body);
  expectSame(verdictOf(response), 'allowed', 'the verdict');
  expectWarnings(response, expected.warnings);
  return response.warnings === undefined ? 'silent' : 'warned';
}

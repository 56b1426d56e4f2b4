import { expectProperAnswer, expectWarnings, uidOf, verdictOf, type Webhook } from './answers.ts';
import { expectSame, type Fuzz } from './fuzz.ts';
import { workloadReview } from './generate/reviews.ts';
import { anyWorld, type World } from './generate/worlds.ts';
import { readJson } from './oracle/json.ts';
import { expectedOfWorkload } from './oracle/workloads.ts';
import { type Asked, aboutWorld, bytesOf, imagesAt, keepingAsked } from './pods.ts';

export const warnWorkloads = imagesAt('/warn-workloads');

/** Reviews of workloads, well made and nearly so: always let pass as they are, and told what their Pods will meet with. */
export const workloadFuzz = (webhookIn: (world: World) => Webhook = warnWorkloads): Fuzz<Asked> => ({
  name: 'workloads',
  ...keepingAsked,
  generate(random) {
    const world = anyWorld(random);
    return { world, body: bytesOf(workloadReview(world.catalog, random)) };
  },
  check: ({ world, body }) => checkWorkloads(body, world, webhookIn(world)),
  show: ({ world, body }) => `${aboutWorld(world)}\n${new TextDecoder().decode(body)}`,
});

/** Comes to what was told. */
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

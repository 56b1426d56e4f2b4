import { answerReview } from '../../src/admission/answer.ts';
import { warnWorkload } from '../../src/admission/warn-workloads.ts';
import { expectProperAnswer, expectWarnings, uidOf, verdictOf, type Webhook } from './answers.ts';
import { expectSame, type Fuzz } from './fuzz.ts';
import { workloadReview } from './generate/reviews.ts';
import { anyWorld, type World } from './generate/worlds.ts';
import { readJson } from './oracle/json.ts';
import { expectedOfWorkload } from './oracle/workloads.ts';
import { aboutWorld, bytesOf } from './pods.ts';

interface WorkloadCase {
  readonly world: World;
  readonly body: Uint8Array;
}

export const warnWorkloads =
  (world: World): Webhook =>
  (body) =>
    answerReview(body, (request) => warnWorkload(request, world.lookup, world));

/** Reviews of workloads, well made and nearly so: always let pass as they are, and told what their Pods will meet with. */
export const workloadFuzz = (webhookIn: (world: World) => Webhook = warnWorkloads): Fuzz<WorkloadCase> => ({
  name: 'workloads',
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
  const warnings: readonly string[] = response.warnings ?? [];
  if (warnings.at(-1)?.startsWith('and more')) return 'more than can be told';
  for (const url of expected.writeInstead)
    if (!warnings.some((each) => each.includes(`write ${url}:latest instead of `)))
      throw new Error(`nobody says to write ${url}`);
  expectSame(
    warnings.some((each) => each.includes('be denied: ')),
    expected.podsDenied,
    'a warning that Pods will be denied',
  );
  return warnings.length === 0 ? 'silent' : 'warned';
}

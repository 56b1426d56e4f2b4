import { Buffer, isUtf8 } from 'node:buffer';
import jsonpatch from 'fast-json-patch';
import { answerReview } from '../../src/admission/answer.ts';
import type { WebhookPath } from '../../src/admission/webhooks.ts';
import { imageWebhook } from '../support/webhooks.ts';
import { expectProperAnswer, expectWarnings, uidOf, verdictOf, type Webhook } from './answers.ts';
import { expectSame, type Fuzz, type Keeping } from './fuzz.ts';
import { podReview } from './generate/reviews.ts';
import { anyWorld, keepWorld, reviveWorld, type World } from './generate/worlds.ts';
import { type Json, readJson } from './oracle/json.ts';
import { expectedOfPod } from './oracle/pods.ts';

/** A review, and the world in which a webhook answers it. */
export interface Asked {
  readonly world: World;
  readonly body: Buffer;
}

export const keepingAsked: Keeping<Asked> = {
  keep: ({ world, body }) => ({ world: keepWorld(world), body: keepBytes(body) }),
  revive: ({ world, body }) => ({ world: reviveWorld(world), body: reviveBytes(body) }),
};

/** UTF-8 is kept as text, which can be read; other bytes as base64. */
export const keepBytes = (bytes: Buffer): Json =>
  isUtf8(bytes) ? { text: bytes.toString() } : { base64: bytes.toString('base64') };
export const reviveBytes = ({ text, base64 }: Json): Buffer =>
  text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text);

/** The webhook of a path about images, in a given world. */
export const imagesAt =
  (path: WebhookPath) =>
  (world: World): Webhook => {
    const webhook = imageWebhook(path);
    const serving = { catalog: world.lookup.catalog.digest, enforce: true };
    return (body) =>
      answerReview(body, (request) => webhook.handle(request, world.lookup, world, webhook), serving);
  };

export const mutatePods = imagesAt('/mutate-pods');

/** Reviews of Pods, valid or nearly so: each answer equals that of the oracle. */
export const podFuzz = (webhookIn = mutatePods): Fuzz<Asked> =>
  reviewFuzz('pods', podReview, (body, world) => checkPods(body, world, webhookIn(world)));

/** Generates reviews, each in a world of its own, and checks their answers. */
export const reviewFuzz = (
  name: Fuzz<Asked>['name'],
  reviewOf: typeof podReview,
  check: (body: Buffer, world: World) => string,
): Fuzz<Asked> => ({
  name,
  ...keepingAsked,
  generate(random) {
    const world = anyWorld(random);
    return { world, body: bytesOf(reviewOf(world.catalog, random)) };
  },
  check: ({ world, body }) => check(body, world),
  show: ({ world, body }) => `${aboutWorld(world)}\n${new TextDecoder().decode(body)}`,
});

export const bytesOf = (review: Json): Buffer => Buffer.from(JSON.stringify(review));

export const aboutWorld = ({ catalog, precedence, today, pastRemoval }: World): string =>
  `${catalog.length} entries from ${catalog[0]?.name}, ${JSON.stringify({ precedence, today, pastRemoval })}`;

/** Checks the answer; returns the verdict. */
export function checkPods(body: Uint8Array, world: World, webhook: Webhook): string {
  const answer = webhook(body);
  expectSame(webhook(body), answer, 'the same review gets the same answer');
  const review = readJson(body);
  const expected = expectedOfPod(review, world);
  expectProperAnswer(answer, expected.verdict === 'rejected' ? undefined : uidOf(review));
  if (expected.verdict === 'rejected') return 'rejected';

  const { response } = JSON.parse(answer.body);
  expectSame(verdictOf(response), expected.verdict, 'the verdict');
  expectWarnings(response, expected.warnings);
  if (expected.verdict === 'denied')
    expectSame(response.status.message, expected.message, 'why it is denied');
  if (expected.verdict !== 'patched') return expected.verdict;

  const operations = JSON.parse(Buffer.from(response.patch, 'base64').toString());
  expectSame(patched(review.request.object, operations), expected.object, 'the Pod with the patch');
  expectMinimal(operations, expected.operations);
  expectSame(
    patched(
      structuredClone(expected.object),
      operations.filter(({ op }: Json) => op === 'add'),
    ),
    expected.object,
    'the Pod with the patch applied twice',
  );
  expectNothingLeft(review, expected.object, webhook);
  return 'patched';
}

/** The document with the patch, by a library. It changes the given document. */
const patched = (document: Json, operations: Json): Json =>
  jsonpatch.applyPatch(document, operations, true).newDocument;

function expectMinimal(operations: readonly Json[], least: number): void {
  const paths = operations.map(({ path }) => path);
  expectSame(new Set(paths).size, paths.length, 'each path once');
  expectSame(operations.length, least, 'as few operations as it takes');
  for (const { op } of operations)
    if (op !== 'add' && op !== 'remove') throw new Error(`an operation that may not apply: ${op}`);
}

/** A second review, of the patched Pod, must change nothing. */
function expectNothingLeft(review: Json, object: Json, webhook: Webhook): void {
  const { body } = webhook(bytesOf({ ...review, request: { ...review.request, object } }));
  const { allowed, patch } = JSON.parse(body).response;
  expectSame({ allowed, patch }, { allowed: true, patch: undefined }, 'the answer to our own result');
}

import type { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import type { Random } from '../support/random.ts';
import { expectAnyAnswer, type Webhook } from './answers.ts';
import { expectSame, type Fuzz } from './fuzz.ts';
import { mutated } from './generate/bytes.ts';
import { anyWorld, type World } from './generate/worlds.ts';
import { nestingOf, readJson } from './oracle/json.ts';
import { paths } from './paths.ts';
import { aboutWorld, bytesOf } from './pods.ts';

export interface Sent {
  readonly path: (typeof paths)[number];
  readonly world: World;
  readonly body: Buffer;
}

/** Bodies that were a review before something was done to their bytes: read as any other reader of JSON would. */
export const bytesFuzz = (altered: (webhook: Webhook) => Webhook = (webhook) => webhook): Fuzz<Sent> => ({
  name: 'bytes',
  generate: (random) => anySpoilt(anyWorld(random), random),
  check({ path, world, body }) {
    const webhook = altered(path.webhook(world));
    const nesting = nestingOf(body);
    if (nesting <= TOLD_APART) return path.check(body, world, webhook);
    const answer = webhook(body);
    expectAnyAnswer(answer, readJson(body));
    const isAbsurd = nesting > MOST_OF_GO && body.length > 64 * 1024;
    if (isAbsurd) expectSame(answer.status, 400, 'the answer to what no API server could have written');
    return isAbsurd ? 'absurd' : 'deep';
  },
  show: shown,
});

export function anySpoilt(world: World, random: Random): Sent {
  const path = random.of(paths);
  const body = () => (random.chance(8) ? random.of(recorded) : bytesOf(path.review(world, random)));
  return { path, world, body: mutated(body(), random, body) };
}

export const shown = ({ path, world, body }: Sent): string =>
  `${path.path}, ${aboutWorld(world)}\n${body.toString()}\nin base64: ${body.toString('base64')}`;

/** Deeper than this, comparing and copying fail in the tests themselves. No object of Kubernetes comes near. */
const TOLD_APART = 1_000;

/** Where the JSON reader of the API server gives up (encoding/json, maxNestingDepth). */
const MOST_OF_GO = 10_000;

const folder = new URL('../fixtures/reviews/', import.meta.url);
const recorded = readdirSync(folder).map((name) => readFileSync(new URL(name, folder)));

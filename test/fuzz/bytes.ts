import { readdirSync, readFileSync } from 'node:fs';
import type { Random } from '../support/random.ts';
import { expectAnyAnswer, type Webhook } from './answers.ts';
import type { Written } from './edits.ts';
import { expectSame, type Fuzz, type Keeping } from './fuzz.ts';
import { mutated } from './generate/bytes.ts';
import { anyWorld, type World } from './generate/worlds.ts';
import { nestingOf, readJson } from './oracle/json.ts';
import { paths } from './paths.ts';
import { type Asked, aboutWorld, bytesOf, keepingAsked } from './pods.ts';

export interface Sent extends Asked {
  readonly path: (typeof paths)[number];
  /** The catalogs in the review before its bytes changed. */
  readonly texts: readonly Written[];
}

export const keepingSent: Keeping<Sent> = {
  keep: ({ path, texts, ...asked }) => ({ path: path.path, texts, ...keepingAsked.keep(asked) }),
  revive: ({ path, texts, ...asked }) => ({ path: pathCalled(path), texts, ...keepingAsked.revive(asked) }),
};

function pathCalled(name: string): Sent['path'] {
  const path = paths.find((each) => each.path === name);
  if (!path) throw new Error(`no path ${name}`);
  return path;
}

/** Reviews with damaged bytes. The answer must fit the JSON that another reader sees. */
export const bytesFuzz = (altered: (webhook: Webhook) => Webhook = (webhook) => webhook): Fuzz<Sent> => ({
  name: 'bytes',
  ...keepingSent,
  generate: (random) => anySpoilt(anyWorld(random), random),
  check({ path, ...asked }) {
    const { body, world } = asked;
    const webhook = altered(path.webhook(world));
    const nesting = nestingOf(body);
    if (nesting <= TOLD_APART) return path.check(asked, webhook);
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
  const texts: Written[] = [];
  const body = () => {
    if (random.chance(8)) return random.of(recorded);
    const question = path.ask(world, random);
    texts.push(...question.texts);
    return bytesOf(question.review);
  };
  return { path, world, body: mutated(body(), random, body), texts };
}

export const shown = ({ path, world, body }: Sent): string =>
  `${path.path}, ${aboutWorld(world)}\n${body.toString()}\nin base64: ${body.toString('base64')}`;

/** Beyond this depth the tests' own comparing and copying fail. No Kubernetes object is nearly as deep. */
const TOLD_APART = 1_000;

/** The limit of the API server's JSON reader (encoding/json, maxNestingDepth). */
const MOST_OF_GO = 10_000;

const folder = new URL('../fixtures/reviews/', import.meta.url);
const recorded = readdirSync(folder).map((name) => readFileSync(new URL(name, folder)));

import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Random } from '../support/random.ts';
import type { Json } from './oracle/json.ts';
import { fileOf, type Regression, regressions } from './regressions.ts';
import { onlyCase, seed as ordinarySeed } from './settings.ts';
import { casesOf, type FuzzName } from './shares.ts';

/** A test with generated cases. A seed and a number generate the same case again. */
export interface Fuzz<Case> extends Keeping<Case> {
  readonly name: FuzzName;
  readonly generate: (random: Random) => Case;
  /** Throws if the answer is wrong. Returns its outcomes for the tally. */
  readonly check: (input: Case) => Outcome | Promise<Outcome>;
  /** The case in a form that shows what failed. */
  readonly show: (input: Case) => string;
}

/** Converts a case to JSON and back, so that a failed case survives a change of the generator. */
export interface Keeping<Case> {
  readonly keep: (input: Case) => Json;
  readonly revive: (kept: Json) => Case;
}

/** For cases that are JSON already. */
export const asJson = <Case>(): Keeping<Case> => ({ keep: (input) => input, revive: (kept) => kept });

/** The outcome of a case, such as `allowed`; several for a case that covers several things. */
type Outcome = string | readonly string[];

export interface Run {
  /** The minimum share of each outcome, from 0 to 1. Fewer would prove little. */
  readonly least: Readonly<Record<string, number>>;
  /** The maximum share of each outcome, from 0 to 1. */
  readonly most?: Readonly<Record<string, number>>;
  readonly cases?: number;
}

/** Runs the stored cases, then `cases` new ones. Prints the tally, and throws with the cases that fail. */
export async function run<Case>(
  fuzz: Fuzz<Case>,
  { cases = casesOf(fuzz.name), least, most = {} }: Run,
): Promise<void> {
  if (onlyCase !== undefined) {
    console.info(`${fuzz.name}: its case is kept in ${kept(fuzz, ordinarySeed, onlyCase)}`);
    console.info(`${fuzz.name}: ${[await tried(fuzz, ordinarySeed, onlyCase)].flat().join(', ')}`);
    return;
  }
  await tryRegressions(fuzz);

  const tally = new Map<string, number>();
  const failures: unknown[] = [];
  const started = performance.now();
  let warm = 0;
  for (let number = 0; number < cases; number++) {
    if (number === Math.floor(cases / 10)) warm = heapUsed();
    try {
      for (const outcome of [await tried(fuzz, ordinarySeed, number)].flat())
        tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
    } catch (failure) {
      failures.push(failure);
      if (failures.length === MOST_FAILURES) break;
    }
    // Yields, so that vitest can exchange messages with this process.
    if (number % 250 === 0) await setImmediate();
  }
  const seconds = (performance.now() - started) / 1000;
  const grown = heapUsed() - warm;
  console.info(
    `${fuzz.name}: ${cases} cases from seed ${ordinarySeed} in ${seconds.toFixed(1)} s; ${shares(tally, cases)}; heap ${warm.toFixed(1)} MB after a tenth of them, and ${grown.toFixed(1)} MB more at the end`,
  );
  expectNone(failures);
  const seldom = Object.entries(least).filter(
    ([outcome, share]) => (tally.get(outcome) ?? 0) < cases * share,
  );
  expectSame(seldom, [], 'the generator has gone blind: these were to come up at least so often');
  const often = Object.entries(most).filter(([outcome, share]) => (tally.get(outcome) ?? 0) > cases * share);
  expectSame(often, [], 'the second opinion has gone blind: these were to come up at most so often');
  if (grown > MOST_GROWN) throw new Error(`${grown.toFixed(1)} MB of heap were not given back`);
}

/** The stored cases, which failed once. */
export async function tryRegressions<Case>(fuzz: Fuzz<Case>): Promise<void> {
  for (const regression of regressions) if (regression.name === fuzz.name) await triedAgain(fuzz, regression);
}

/** The failure of the first case that fails; undefined if none of so many does. For tests of the fuzzing itself. */
export async function firstFailure<Case>(fuzz: Fuzz<Case>, cases: number): Promise<string | undefined> {
  for (let number = 0; number < cases; number++) {
    try {
      await tried(fuzz, ordinarySeed, number);
    } catch (failure) {
      return messageOf(failure);
    }
  }
  return undefined;
}

/** Megabytes. After a tenth of the cases all caches are full, and the compiler needs some more. */
const MOST_GROWN = 24;

/** Failures to show: several help to find one fault, hundreds do not. */
const MOST_FAILURES = 5;

function expectNone(failures: readonly unknown[]): void {
  if (failures.length === 0) return;
  const messages = failures.map(messageOf);
  throw new Error(messages.join('\n\n'));
}

/** The case with this number. */
export const caseOf = <Case>(fuzz: Fuzz<Case>, seed: number, number: number): Case =>
  fuzz.generate(randomOf(fuzz.name, seed, number));

export async function tried<Case>(fuzz: Fuzz<Case>, seed: number, number: number): Promise<Outcome> {
  const input = caseOf(fuzz, seed, number);
  try {
    return await fuzz.check(input);
  } catch (error) {
    throw new Error(
      [
        `${fuzz.name}: case ${number} of seed ${seed}: ${messageOf(error)}`,
        `again, alone:   FUZZ_SEED=${seed} FUZZ_CASE=${number} npx vitest run test/fuzz/${fuzz.name}.test.ts`,
        `once fixed:    a line in test/fuzz/regressions.ts, and the file that the command above names`,
        `the case:       ${fuzz.show(input).slice(0, MOST_SHOWN)}`,
      ].join('\n'),
      { cause: error },
    );
  }
}

async function triedAgain<Case>(fuzz: Fuzz<Case>, regression: Regression): Promise<void> {
  const input = fuzz.revive(JSON.parse(readFileSync(fileOf(regression), 'utf8')));
  try {
    await fuzz.check(input);
  } catch (error) {
    throw new Error(
      [
        `${fuzz.name}: ${fileOf(regression).pathname} fails again: ${messageOf(error)}`,
        `it was:         ${regression.was}`,
        `the case:       ${fuzz.show(input).slice(0, MOST_SHOWN)}`,
      ].join('\n'),
      { cause: error },
    );
  }
}

/** The path of the file with a failed case, to be copied to regressions/. */
function kept<Case>(fuzz: Fuzz<Case>, seed: number, number: number): string {
  const file = join(tmpdir(), `${fuzz.name}-${seed}-${number}.txt`);
  writeFileSync(file, `${JSON.stringify(fuzz.keep(caseOf(fuzz, seed, number)))}\n`);
  return file;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const MOST_SHOWN = 6_000;

/** One random stream per case, so that a case needs no earlier ones. */
const randomOf = (name: string, seed: number, number: number): Random => {
  let mixed = 0x811c9dc5;
  for (const part of [name, String(seed), String(number)].join('/'))
    mixed = Math.imul(mixed ^ part.charCodeAt(0), 0x01000193);
  const random = new Random(mixed);
  // FNV-1a (above) gives similar values to similar inputs; mulberry32 mixes them.
  return new Random(random.below(0x1_0000_0000));
};

/** Throws with the difference unless both are deeply equal. A hundred times faster than `toStrictEqual`, for a million calls. */
export function expectSame(found: unknown, expected: unknown, what: string): void {
  try {
    deepStrictEqual(found, expected);
  } catch (difference) {
    throw new Error(`${what}: ${messageOf(difference)}`);
  }
}

const shares = (tally: ReadonlyMap<string, number>, cases: number): string =>
  [...tally]
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${outcome} ${count} (${((100 * count) / cases).toFixed(1)} %)`)
    .join(', ');

/** Memory in use, in megabytes. */
function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

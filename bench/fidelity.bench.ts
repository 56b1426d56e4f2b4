import { deepStrictEqual } from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { Consumers, type Typed } from '../test/catalog/yaml/differential/consumers.ts';
import type { Written } from '../test/fuzz/edits.ts';
import { caseOf, tried } from '../test/fuzz/fuzz.ts';
import { plainValue, type Value } from '../test/fuzz/oracle/readers.ts';
import { readersFuzz } from '../test/fuzz/readers.ts';

const seconds = Number(process.env.FIDELITY_SECONDS ?? 60);
const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 32));

/** Pairs of catalogs that are checked while Python, which is slower, reads the pairs before them. */
const AT_ONCE = 100;
const SHOWN = 5;

/** PyYAML's value as the readers of the tests represent it. */
function valueOfTyped(typed: Typed): Value {
  if (typed === null) return null;
  if ('str' in typed) return typed.str;
  if ('int' in typed) return Number(typed.int);
  if ('bool' in typed) return typed.bool;
  if ('list' in typed) return typed.list.map(valueOfTyped);
  if ('map' in typed) return new Map(typed.map.map(([key, value]) => [keyOf(key), valueOfTyped(value)]));
  throw new Error(`no value of a good catalog: ${JSON.stringify(typed)}`);
}

function keyOf(key: Typed): string {
  if (key !== null && 'str' in key) return key.str;
  throw new Error(`no name: ${JSON.stringify(key)}`);
}

/** Throws when the consumers' YAML reader reads another document from a text than the readers of the tests. */
async function expectReadAlike(consumers: Consumers, { document, text }: Written): Promise<void> {
  const answer = await consumers.read(text);
  if (!answer.ok) throw new Error(`PyYAML rejects:\n${text}`);
  deepStrictEqual(valueOfTyped(answer.value), plainValue(document), `PyYAML reads something else:\n${text}`);
}

test('edits of the catalog are validated as its readers expect', {
  timeout: (seconds + 60) * 1_000,
}, async () => {
  const fuzz = readersFuzz();
  const consumers = new Consumers('documents', Math.max(1, availableParallelism() - 1));
  const tally = new Map<string, number>();
  const disagreements: unknown[] = [];
  const until = performance.now() + seconds * 1_000;
  let pairs = 0;
  while (performance.now() < until) {
    const numbers = Array.from({ length: AT_ONCE }, (_, index) => pairs + index);
    const reading = numbers.flatMap((number) => {
      const { before, after } = caseOf(fuzz, seed, number);
      return [before, after].map((written) => expectReadAlike(consumers, written));
    });
    const validating = numbers.map(async (number) => {
      for (const outcome of [await tried(fuzz, seed, number)].flat())
        tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
    });
    for (const result of await Promise.allSettled([...reading, ...validating]))
      if (result.status === 'rejected') disagreements.push(result.reason);
    pairs += numbers.length;
  }
  await consumers.close();
  const counted = (outcome: string) => (tally.get(outcome) ?? 0).toLocaleString('en');
  const codes = [...tally].filter(([outcome]) => outcome.includes(' ')).sort(([, a], [, b]) => b - a);
  console.info(`seed ${seed}, ${seconds} s
  ${pairs.toLocaleString('en')} pairs of catalogs, each text read by PyYAML as well
  ${counted('reported')} reported
  ${counted('harmless')} silent and harmless: no reader loses anything
  ${counted('silent')} silent, and an alias or \`HOST/ALIAS\` that no consumer takes leads nowhere
  ${disagreements.length.toLocaleString('en')} disagreements
reported, by severity and code (a pair may have several):
${codes.map(([code, count]) => `  ${count.toLocaleString('en').padStart(9)} ${code}`).join('\n')}`);
  for (const disagreement of disagreements.slice(0, SHOWN))
    console.error(disagreement instanceof Error ? disagreement.message : disagreement);
  expect(disagreements.length).toBe(0);
});

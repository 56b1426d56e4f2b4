import { expect, test } from 'vitest';
import { readAlike, readYaml11 } from '../../../../src/catalog/yaml/scalars.ts';
import { Random } from '../../../support/random.ts';
import { Consumers, type Typed, withoutPython } from './consumers.ts';
import { scalarText } from './mutations.ts';
import { typedReading } from './ours.ts';

const scalars = Number(process.env.DIFFERENTIAL_SCALARS ?? (process.env.CI ? 120_000 : 30_000));
const seed = Number(process.env.DIFFERENTIAL_SEED ?? 20261122);

test.skipIf(withoutPython)(
  `PyYAML takes each of ${scalars} plain scalars for the type and value that we do`,
  { timeout: 60_000 + scalars * 2 },
  async () => {
    const random = new Random(seed);
    const consumers = new Consumers('scalars');
    const texts = new Set<string>();
    while (texts.size < scalars) texts.add(scalarText(random));

    const differing: string[] = [];
    const kinds = new Map<string, number>();
    await Promise.all(
      [...texts].map(async (text) => {
        const theirs = await consumers.read(text);
        const { type } = readYaml11(text);
        kinds.set(type, (kinds.get(type) ?? 0) + 1);
        if (!(theirs.ok ? agrees(text, theirs.value) : refusedByUsToo(text))) differing.push(text);
      }),
    );
    await consumers.close();

    const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
    console.info(`${scalars} plain scalars from seed ${seed}: ${counts}; ${differing.length} differing`);
    expect(differing).toEqual([]);
    // Each type must occur, or the test would be about strings alone.
    for (const kind of ['string', 'integer', 'float', 'date', 'boolean', 'null']) {
      expect(kinds.get(kind), kind).toBeGreaterThan(0);
    }
  },
);

function agrees(text: string, theirs: Typed): boolean {
  const ours = readYaml11(text);
  // Dates, NaN, and integers that JavaScript cannot hold are compared by type alone.
  if (ours.type === 'date') return theirs !== null && 'date' in theirs;
  if (ours.type === 'integer' && Number.isNaN(ours.value)) {
    return theirs !== null && 'int' in theirs && !Number.isSafeInteger(Number(theirs.int));
  }
  if (ours.type === 'float' && Number.isNaN(ours.value)) return theirs !== null && 'float' in theirs;
  return JSON.stringify(typedReading(ours)) === JSON.stringify(theirs);
}

/** PyYAML fails on the 31st of February, `0b_`, `=` and a merge key's value, so none of them may be accepted. */
const refusedByUsToo = (text: string): boolean =>
  readYaml11(text).type !== 'string' && readAlike(text) === undefined;

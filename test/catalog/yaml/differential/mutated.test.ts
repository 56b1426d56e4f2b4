import { expect, test } from 'vitest';
import { Random } from '../../../support/random.ts';
import { type Answer, Consumers, withoutPython } from './consumers.ts';
import { mutated } from './mutations.ts';
import { sameEntries, weLoad, weRead } from './ours.ts';
import { Pool } from './pool.ts';

/** The number of documents: what a local run or CI has time for. A long search sets millions, and another seed. */
const documents = Number(process.env.DIFFERENTIAL_DOCUMENTS ?? (process.env.CI ? 200_000 : 40_000));
const seed = Number(process.env.DIFFERENTIAL_SEED ?? 20261122);

/** The least share of accepted documents. With fewer the test would prove little: a rejected document cannot be misread. */
const LEAST_ACCEPTED = 0.1;
const LEAST_CATALOGS = 0.02;

test.skipIf(withoutPython)(
  `PyYAML reads the same from what we accept of ${documents} mutated documents`,
  { timeout: 60_000 + documents * 5 },
  async () => {
    const random = new Random(seed);
    const pool = new Pool(random);
    const consumers = new Consumers('documents', 2);
    const seen = new Set<string>();
    const differing: string[] = [];
    let accepted = 0;
    let catalogs = 0;
    let answers: Promise<void>[] = [];

    while (seen.size < documents) {
      const text = mutated(pool.pick(), random, () => pool.pick());
      if (seen.has(text)) continue;
      seen.add(text);
      const ours = weRead(text);
      if (ours === undefined) continue;
      const catalog = weLoad(text);
      accepted++;
      if (catalog) catalogs++;
      pool.join(text, catalog !== undefined);

      const compare = (theirs: Answer): void => {
        const same = theirs.ok && JSON.stringify(theirs.value) === JSON.stringify(ours);
        if (!same || (catalog && !sameEntries(catalog, theirs.value))) differing.push(text);
      };
      answers.push(consumers.read(text).then(compare));
      if (answers.length < 1_000) continue;
      await Promise.all(answers);
      answers = [];
    }
    await Promise.all(answers);
    await consumers.close();

    const share = (count: number): string => `${count} (${((100 * count) / documents).toFixed(1)} %)`;
    console.info(
      `${documents} mutated documents from seed ${seed}: ${share(accepted)} accepted, ${share(catalogs)} as catalogs, ${differing.length} differing`,
    );
    const shortestFirst = differing.sort((a, b) => a.length - b.length).map((text) => JSON.stringify(text));
    expect(shortestFirst, 'add them to corpus/regressions.txt, then fix src/catalog/yaml').toEqual([]);
    expect(accepted).toBeGreaterThan(documents * LEAST_ACCEPTED);
    expect(catalogs).toBeGreaterThan(documents * LEAST_CATALOGS);
  },
);

// Measures the cost of a review as the catalog and the Pods grow.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keep, table } from './figures.mjs';
import { inTurn } from './reviews.mjs';
import { inRounds } from './rounds.mjs';
import { startBare, startOurs } from './servers.mjs';

const CONTAINERS = [1, 5, 20, 50];
const OPTIONS = { rounds: Number(process.env.BENCH_ROUNDS ?? 9), reviews: 1_500, connections: 16 };

/** @param {import('./run.mjs').Setup} setup */
export async function growth({ pair, certDir, dir }) {
  const bare = await startBare(pair);
  /** @param {number} count */
  const startWith = async (count) => {
    const catalog = join(dir, `catalog-${count}.yaml`);
    await writeFile(catalog, catalogOf(count));
    return { count, server: await startOurs({ catalog, certDir }) };
  };
  // The server with a hundred entries also reviews the Pods with more and more containers.
  const hundred = await startWith(100);
  const ours = [await startWith(10), hundred, await startWith(1_000), await startWith(2_000)];

  /** @param {readonly Buffer[]} bodies */
  const bySize = async (bodies) => {
    const results = await inRounds(
      ours.map(({ count, server }) => ({ name: String(count), server, bodies: inTurn(bodies) })),
      OPTIONS,
    );
    return results.map(({ cpu }) => cpu);
  };
  const known = await bySize([podReview(1)]);
  const misspelt = await bySize([podReview(1, 'tf-imagee')]);
  console.log(
    table([
      ['entries of the catalog', ...ours.map(({ count }) => count.toLocaleString('en'))],
      ['a Pod with one short name: CPU µs per review', ...known.map((cpu) => cpu.toFixed(0))],
      ['… with a misspelt name, compared with all names', ...misspelt.map((cpu) => cpu.toFixed(0))],
    ]),
  );
  keep(
    'catalogs',
    ours.map(({ count }, index) => ({ entries: count, known: known[index], misspelt: misspelt[index] })),
  );

  const byContainers = [];
  for (const containers of CONTAINERS) {
    const body = podReview(containers);
    const bodies = inTurn([body]);
    const [least, own] = await inRounds(
      [
        { name: 'bare', server: bare, bodies },
        { name: 'ours', server: hundred.server, bodies },
      ],
      OPTIONS,
    );
    byContainers.push({
      containers,
      kib: body.length / 1_024,
      bare: least?.cpu ?? Number.NaN,
      ours: own?.cpu ?? Number.NaN,
    });
  }
  console.log(
    `\n${table([
      ['containers, each with a short name', 'review KiB', 'bare: CPU µs', 'this server: CPU µs'],
      ...byContainers.map(({ containers, kib, bare: least, ours: own }) => [
        String(containers),
        kib.toFixed(1),
        least.toFixed(0),
        own.toFixed(0),
      ]),
    ])}\n`,
  );
  keep('containers', byContainers);
  await Promise.all([bare, ...ours.map((one) => one.server)].map((one) => one.stop()));
}

/**
 * A catalog of short entries, so that the largest number allowed stays within the size allowed.
 *
 * @param {number} count
 */
const catalogOf = (count) =>
  Array.from({ length: count }, (_, number) => {
    const name = `image${number}`;
    const url = `registry.example.org/toolforge-${name}`;
    return `${name}: {state: stable, image: ${url}, aliases: [tf-${name}], variants: {}}\n`;
  }).join('');

/**
 * A review of a recorded Pod with so many containers instead of its own. Their images are short names that every catalog
 * above has, unless `image` is given.
 *
 * @param {number} containers
 * @param {string} [image]
 */
function podReview(containers, image) {
  const review = JSON.parse(readFileSync('test/fixtures/reviews/resolved-pod.json', 'utf8'));
  const { spec } = review.request.object;
  const [template] = spec.containers;
  delete spec.initContainers;
  spec.containers = Array.from({ length: containers }, (_, number) => ({
    ...template,
    name: `container-${number}`,
    image: image ?? `tf-image${number % 10}`,
  }));
  return Buffer.from(JSON.stringify(review));
}

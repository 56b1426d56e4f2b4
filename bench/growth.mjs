// What a review costs as the catalog and the Pods grow.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keep, table } from './figures.mjs';
import { inRounds } from './rounds.mjs';
import { startBare, startOurs } from './servers.mjs';

const ENTRIES = [10, 100, 1_000, 2_000];
const CONTAINERS = [1, 5, 20, 50];
const OPTIONS = { rounds: Number(process.env.BENCH_ROUNDS ?? 9), reviews: 1_500, connections: 16 };

export async function growth({ pair, certDir, dir }) {
  const bare = await startBare(pair);
  const ours = [];
  for (const count of ENTRIES) {
    const catalog = join(dir, `catalog-${count}.yaml`);
    await writeFile(catalog, catalogOf(count));
    ours.push({ count, server: await startOurs({ catalog, certDir }) });
  }

  const bySize = async (bodies) => {
    const results = await inRounds(
      ours.map(({ count, server }) => ({ name: String(count), server, bodies })),
      OPTIONS,
    );
    return results.map(({ cpu }) => cpu);
  };
  const known = await bySize([podReview(1)]);
  const misspelt = await bySize([podReview(1, 'tf-imagee')]);
  console.log(
    table([
      ['entries of the catalog', ...ENTRIES.map((count) => count.toLocaleString('en'))],
      ['a Pod with one short name: CPU µs per review', ...known.map((cpu) => cpu.toFixed(0))],
      ['… that is misspelt, and compared with all names', ...misspelt.map((cpu) => cpu.toFixed(0))],
    ]),
  );
  keep(
    'catalogs',
    ENTRIES.map((entries, index) => ({ entries, known: known[index], misspelt: misspelt[index] })),
  );

  const server = ours[1].server;
  const byContainers = [];
  for (const containers of CONTAINERS) {
    const bodies = [podReview(containers)];
    const [least, own] = await inRounds(
      [
        { name: 'bare', server: bare, bodies },
        { name: 'ours', server, bodies },
      ],
      OPTIONS,
    );
    byContainers.push({ containers, kib: bodies[0].length / 1_024, bare: least.cpu, ours: own.cpu });
  }
  console.log(
    `\n${table([
      ['containers, each with a short name', 'review KiB', 'bare: CPU µs', 'this server: CPU µs'],
      ...byContainers.map(({ containers, kib, bare: least, ours: own }) => [
        containers,
        kib.toFixed(1),
        least.toFixed(0),
        own.toFixed(0),
      ]),
    ])}\n`,
  );
  keep('containers', byContainers);
  await Promise.all([bare, ...ours.map((one) => one.server)].map((one) => one.stop()));
}

/** Short entries, so that as many as are allowed stay within the size that is. */
const catalogOf = (count) =>
  Array.from({ length: count }, (_, number) => {
    const name = `image${number}`;
    const url = `registry.example.org/toolforge-${name}`;
    return `${name}: {state: stable, image: ${url}, aliases: [tf-${name}], variants: {}}\n`;
  }).join('');

/** A recorded Pod with so many containers instead of its own; unless told otherwise, every catalog above has their names. */
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

// Measures the longest wait of a Pod while the largest catalogs allowed, good and hostile ones, are checked.
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostileCatalogs } from './engine.mjs';
import { median, percentile } from './figures.mjs';
import { load } from './load.mjs';
import { inTurn } from './reviews.mjs';
import { startOurs } from './servers.mjs';

/** @param {import('./run.mjs').Setup} setup */
export async function swaps({ dir, certDir, catalog: original, bodies }) {
  const catalog = join(dir, 'catalog.yaml');
  await copyFile(original, catalog);
  const server = await startOurs({ catalog, certDir });
  /** @param {number} total */
  const run = (total) =>
    load({ port: server.port, path: '/mutate-pods', bodies: inTurn(bodies), total, connections: 4 });
  await run(2_000);
  const quiet = percentile((await run(4_000)).latencies, 1);
  const waits = [];
  for (const { title, text } of hostileCatalogs) {
    const answered = run(2_000);
    await writeFile(catalog, text);
    waits.push({ title, wait: percentile((await answered).latencies, 1) });
  }
  const longest = waits.reduce((a, b) => (b.wait > a.wait ? b : a));
  console.log(
    `Longest wait of a Pod while nothing else happens: ${quiet.toFixed(1)} ms; while ${waits.length} catalogs of 256 KiB, good and hostile, are checked and swapped in: ${longest.wait.toFixed(1)} ms (${longest.title}), median of the longest ${median(waits.map(({ wait }) => wait)).toFixed(1)} ms`,
  );
  await server.stop();
}

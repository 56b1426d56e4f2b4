// npm run bench: compares this webhook with other servers on the same reviews, in one run, and prints Markdown. The ratios
// hold on other machines, too. The absolute figures are those of this machine, which also generates the load.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { growth } from './growth.mjs';
import { recordedPodReviews } from './reviews.mjs';
import { sideBySide } from './side-by-side.mjs';
import { startUp } from './start-up.mjs';
import { swaps } from './swaps.mjs';

/**
 * @typedef {object} Setup what each part is given
 * @property {string} dir a temporary directory
 * @property {string} certDir
 * @property {import('./servers.mjs').PairFiles} pair
 * @property {string} catalog
 * @property {readonly Buffer[]} bodies reviews of Pods
 */

/** @type {Readonly<Record<string, (setup: Setup) => Promise<void>>>} */
const parts = { sideBySide, growth, startUp, swaps };
/** `npm run bench -- sideBySide growth` runs these alone. */
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);

const dir = await mkdtemp(join(tmpdir(), 'bench-'));
try {
  execFileSync(process.execPath, ['dist/main.js', 'certs', '--dir', dir]);
  const bodies = recordedPodReviews();
  console.log(
    `${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}; ${bodies.length} recorded Pod reviews of ${sizes(bodies)} in turn, 16 connections\n`,
  );
  for (const name of chosen) {
    const part = parts[name];
    if (!part) throw new Error(`there is no ${name}; there are ${Object.keys(parts).join(', ')}`);
    await part({
      dir,
      certDir: dir,
      pair: { certificate: join(dir, 'tls.crt'), key: join(dir, 'tls.key') },
      catalog: 'test/fixtures/image-config/images-v1.2026.yaml',
      bodies,
    });
  }
} finally {
  await rm(dir, { recursive: true });
}

/** @param {readonly Buffer[]} bodies */
function sizes(bodies) {
  const kib = bodies.map((body) => body.length / 1_024).toSorted((a, b) => a - b);
  return `${kib[0]?.toFixed(1)} to ${kib.at(-1)?.toFixed(1)} KiB`;
}

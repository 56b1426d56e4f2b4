// npm run bench: this server beside a bare node:https handler, on the same reviews, in one run. Prints Markdown.
// Ratios are what holds: the absolute figures are those of this machine, on which the load is made, too.

import { execFileSync } from 'node:child_process';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileCatalogs } from './engine.mjs';
import { load, median, percentile } from './load.mjs';
import { startBare, startOurs } from './servers.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const REVIEWS = Number(process.env.BENCH_REVIEWS ?? 4_000);
const CATALOG = 'test/fixtures/image-config/images-v1.2026.yaml';
const REVIEW_DIR = 'test/fixtures/reviews';

const dir = await mkdtemp(join(tmpdir(), 'bench-'));
try {
  execFileSync(process.execPath, ['dist/main.js', 'certs', '--dir', dir]);
  const pair = { certificate: join(dir, 'tls.crt'), key: join(dir, 'tls.key') };
  const bodies = podReviews();
  console.log(
    `${process.version}, ${bodies.length} recorded Pod reviews of ${sizes(bodies)} in turn, 16 connections\n`,
  );
  await speed(pair, bodies);
  await startUp();
  await swaps(bodies);
} finally {
  await rm(dir, { recursive: true });
}

function podReviews() {
  return readdirSync(REVIEW_DIR)
    .map((file) => readFileSync(join(REVIEW_DIR, file)))
    .filter((body) => JSON.parse(body).request.kind.kind === 'Pod')
    .map((body) => Buffer.from(JSON.stringify(JSON.parse(body))));
}

function sizes(bodies) {
  const kib = bodies.map((body) => body.length / 1_024).toSorted((a, b) => a - b);
  return `${kib[0].toFixed(1)} to ${kib.at(-1).toFixed(1)} KiB`;
}

async function speed(pair, bodies) {
  const log = createWriteStream(join(dir, 'server.log'));
  const bare = await startBare(pair);
  const ours = await startOurs({ catalog: CATALOG, certDir: dir, log });
  const rest = ours.rssMiB();
  const rows = { bare: [], ours: [] };
  const measure = async (name, server) => {
    const before = server.cpuSeconds();
    const { latencies, refused, seconds } = await load({
      port: server.port,
      path: '/mutate-pods',
      bodies,
      total: REVIEWS,
    });
    if (refused > 0) throw new Error(`${refused} reviews were not answered with 200`);
    return {
      name,
      perSecond: REVIEWS / seconds,
      cpu: ((server.cpuSeconds() - before) / REVIEWS) * 1e6,
      latencies,
    };
  };
  await measure('bare', bare);
  await measure('ours', ours);
  for (let round = 0; round < ROUNDS; round++) {
    // In turn, and which comes first in turn too, so that the machine's drift hits both.
    const order = [
      ['bare', bare],
      ['ours', ours],
    ];
    for (const [name, server] of round % 2 ? order.reverse() : order)
      rows[name].push(await measure(name, server));
  }
  const loaded = ours.rssMiB();
  await Promise.all([bare.stop(), ours.stop()]);
  log.end();

  console.log('| | reviews/s | p50 ms | p95 ms | p99 ms | CPU µs per review |');
  console.log('|---|---|---|---|---|---|');
  for (const [name, label] of [
    ['bare', 'bare node:https handler'],
    ['ours', 'this server, logging and metrics on'],
  ]) {
    const all = rows[name].flatMap(({ latencies }) => latencies);
    const cells = [
      median(rows[name].map(({ perSecond }) => perSecond)).toFixed(0),
      ...[0.5, 0.95, 0.99].map((share) => percentile(all, share).toFixed(2)),
      median(rows[name].map(({ cpu }) => cpu)).toFixed(0),
    ];
    console.log(`| ${label} | ${cells.join(' | ')} |`);
  }
  const ratios = rows.ours.map(({ cpu }, round) => cpu / rows.bare[round].cpu);
  const range = [Math.min(...ratios), median(ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  console.log(
    `\nCPU of this server / bare, ${ROUNDS} rounds of ${REVIEWS} reviews each: median ${range[1]} (${range[0]} to ${range[2]})`,
  );
  console.log(`Memory (RSS): ${rest.toFixed(0)} MiB at rest, ${loaded.toFixed(0)} MiB after the load`);
}

async function startUp() {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const server = await startOurs({ catalog: CATALOG });
    times.push(server.readyAfter);
    await server.stop();
  }
  console.log(
    `Start to ready, self-signed certificate made meanwhile: median ${median(times).toFixed(0)} ms (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)})`,
  );
}

/** The longest that anybody waits while the largest catalogs allowed are judged, good and hostile ones. */
async function swaps(bodies) {
  const catalog = join(dir, 'catalog.yaml');
  await copyFile(CATALOG, catalog);
  const server = await startOurs({ catalog, certDir: dir });
  const run = (total) => load({ port: server.port, path: '/mutate-pods', bodies, total, connections: 4 });
  await run(2_000);
  const quiet = Math.max(...(await run(4_000)).latencies);
  const waits = [];
  for (const { title, text } of hostileCatalogs) {
    const answered = run(2_000);
    await writeFile(catalog, text);
    waits.push({ title, wait: Math.max(...(await answered).latencies) });
  }
  waits.sort((a, b) => b.wait - a.wait);
  console.log(
    `\nLongest wait of a Pod while nothing else happens: ${quiet.toFixed(1)} ms; while ${waits.length} catalogs of 256 KiB, good and hostile, are judged and swapped in: ${waits[0].wait.toFixed(1)} ms (${waits[0].title}), median of the longest ${median(waits.map(({ wait }) => wait)).toFixed(1)} ms`,
  );
  await server.stop();
}

// Compares this webhook with the least that answers a review, and with a server as most tutorials write it.
import { keep, machineLoad, percentile, table } from './figures.mjs';
import { inRounds } from './rounds.mjs';
import { startBare, startExpress, startOurs } from './servers.mjs';

/** @param {import('./run.mjs').Setup} setup */
export async function sideBySide({ pair, certDir, catalog, bodies }) {
  const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
  const reviews = Number(process.env.BENCH_REVIEWS ?? 4_000);
  const bare = await startBare(pair);
  const express = await startExpress(pair);
  const ours = await startOurs({ catalog, certDir });
  const atRest = ours.rssMiB();
  const began = machineLoad();
  const results = await inRounds(
    [
      { name: 'bare `node:https` handler', server: bare, bodies },
      { name: 'this server, logging and metrics on', server: ours, bodies },
      { name: 'Express with its JSON body parser', server: express, bodies },
    ],
    { rounds, reviews, connections: 16 },
  );
  const afterLoad = ours.rssMiB();
  const took = await Promise.all([bare, ours, express].map((server) => server.stop()));
  /** @param {readonly number[]} latencies */
  const atPercentiles = (latencies) =>
    [0.5, 0.95, 0.99].map((share) => percentile(latencies, share).toFixed(2)).join(', ');

  console.log(
    table([
      [
        'p50, p95, p99 in ms',
        'reviews/s',
        'within the server',
        'for the client',
        'CPU µs per review',
        'CPU / bare (range)',
      ],
      ...results.map(({ name, perSecond, latencies, cpu, ratio, ratios }, index) => [
        name,
        perSecond.toFixed(0),
        // Leaves out the warm-up round, in which code is compiled.
        atPercentiles((took[index] ?? []).slice(reviews)),
        atPercentiles(latencies),
        cpu.toFixed(0),
        `${ratio.toFixed(2)} (${ratios.map((value) => value.toFixed(2)).join(' to ')})`,
      ]),
    ]),
  );
  console.log(
    `\n${rounds} rounds of ${reviews} reviews each, in turn; the machine's load was ${began} before and ${machineLoad()} after`,
  );
  console.log(`Memory (RSS): ${atRest.toFixed(0)} MiB at rest, ${afterLoad.toFixed(0)} MiB after the load\n`);
  keep(
    'sideBySide',
    results.map(({ latencies: _, ...figures }) => figures),
  );
  keep('memory', { atRest, afterLoad });
}

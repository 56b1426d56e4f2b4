// Compares this webhook with the least that answers a review, and with webhooks as most of the field writes them.
import { controllerRuntimeProgram } from './controller-runtime.mjs';
import { keep, machineLoad, median, percentile, table } from './figures.mjs';
import { inTurn, neverRepeating } from './reviews.mjs';
import { inRounds } from './rounds.mjs';
import { startBare, startControllerRuntime, startExpress, startOurs } from './servers.mjs';

const OURS = 'this server, logging and metrics on';
const CONTROLLER_RUNTIME = 'controller-runtime, its default metrics, one log line';

/** @param {import('./run.mjs').Setup} setup */
export async function sideBySide({ pair, certDir, catalog, bodies }) {
  const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
  // The kernel counts CPU in hundredths of a second: fewer reviews would make steps of more than 3 %.
  const reviews = Number(process.env.BENCH_REVIEWS ?? 10_000);
  const program = controllerRuntimeProgram();
  const began = machineLoad();

  /**
   * @param {string} title
   * @param {import('./reviews.mjs').Bodies} sent
   */
  const compared = async (title, sent) => {
    const servers = {
      'bare `node:https` handler': await startBare(pair),
      [OURS]: await startOurs({ catalog, certDir }),
      'Express with its JSON body parser': await startExpress(pair),
      ...(program !== undefined && { [CONTROLLER_RUNTIME]: await startControllerRuntime(program, pair) }),
    };
    const atRest = servers[OURS]?.rssMiB() ?? Number.NaN;
    const results = await inRounds(
      Object.entries(servers).map(([name, server]) => ({ name, server, bodies: sent })),
      { rounds, reviews, connections: 16 },
    );
    const afterLoad = servers[OURS]?.rssMiB() ?? Number.NaN;
    const took = await Promise.all(Object.values(servers).map((server) => server.stop()));
    console.log(figuresTable(title, results, took, reviews));
    const [ours, peer] = [OURS, CONTROLLER_RUNTIME].map((name) => results.find((row) => row.name === name));
    if (ours && peer) {
      const ratios = ours.cpus.map((cpu, round) => cpu / (peer.cpus[round] ?? Number.NaN));
      console.log(`\nCPU of this server / controller-runtime: ${median(ratios).toFixed(2)}`);
    }
    console.log(
      `\nMemory (RSS): ${atRest.toFixed(0)} MiB at rest, ${afterLoad.toFixed(0)} MiB after the load\n`,
    );
    return { results, memory: { atRest, afterLoad } };
  };

  const { results, memory } = await compared('recorded reviews', inTurn(bodies));
  await compared('names that never repeat', neverRepeating(bodies));
  console.log(
    `${rounds} rounds of ${reviews} reviews each, in turn; the machine's load was ${began} before and ${machineLoad()} after\n`,
  );
  keep(
    'sideBySide',
    results.slice(0, 3).map(({ latencies: _, cpus: __, ...figures }) => figures),
  );
  keep('memory', memory);
}

/** @param {readonly number[]} latencies */
const atPercentiles = (latencies) =>
  latencies.length === 0
    ? 'not measured'
    : [0.5, 0.95, 0.99].map((share) => percentile(latencies, share).toFixed(2)).join(', ');

/**
 * @param {string} title
 * @param {Awaited<ReturnType<typeof inRounds>>} results
 * @param {readonly (readonly number[])[]} took
 * @param {number} reviews of the warm-up round, in which code is compiled
 */
const figuresTable = (title, results, took, reviews) =>
  table([
    [
      `${title}; p50, p95, p99 in ms`,
      'reviews/s',
      'within the server',
      'for the client',
      'CPU µs per review',
      'CPU / bare (range)',
    ],
    ...results.map(({ name, perSecond, latencies, cpu, ratio, ratios }, index) => [
      name,
      perSecond.toFixed(0),
      atPercentiles((took[index] ?? []).slice(reviews)),
      atPercentiles(latencies),
      cpu.toFixed(0),
      `${ratio.toFixed(2)} (${ratios.map((value) => value.toFixed(2)).join(' to ')})`,
    ]),
  ]);

// Puts servers under the same load in turn, so that the machine's drift affects all of them.
import { median } from './figures.mjs';
import { load } from './load.mjs';

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {{port: number, cpuMilliseconds: () => number}} server
 * @property {import('./reviews.mjs').Bodies} bodies
 */

/**
 * @param {readonly Contestant[]} contestants the others are compared with the first one
 * @param {{rounds: number, reviews: number, connections: number}} options
 * @returns for each the medians of its rounds; latencies are of all rounds, CPU in microseconds per review
 */
export async function inRounds(contestants, { rounds, reviews, connections }) {
  /** @param {Contestant} contestant */
  const measure = async ({ name, server, bodies }) => {
    const before = server.cpuMilliseconds();
    const { latencies, refused, seconds } = await load({
      port: server.port,
      path: '/mutate-pods',
      bodies,
      total: reviews,
      connections,
    });
    if (refused > 0) throw new Error(`${name}: ${refused} reviews were not answered with 200`);
    const cpu = ((server.cpuMilliseconds() - before) / reviews) * 1_000;
    return { perSecond: reviews / seconds, cpu, latencies };
  };
  for (const contestant of contestants) await measure(contestant);
  const rows = contestants.map((contestant) => ({
    contestant,
    own: /** @type {Awaited<ReturnType<typeof measure>>[]} */ ([]),
  }));
  for (let round = 0; round < rounds; round++) {
    // The order changes from round to round.
    const order = rows.map((_, place) => rows[(place + round) % rows.length]);
    for (const row of round % 2 ? order.reverse() : order) row?.own.push(await measure(row.contestant));
  }
  return rows.map(({ contestant, own }) => {
    const ratios = own.map(({ cpu }, round) => cpu / (rows[0]?.own[round]?.cpu ?? Number.NaN));
    return {
      name: contestant.name,
      perSecond: median(own.map((row) => row.perSecond)),
      latencies: own.flatMap((row) => row.latencies),
      cpu: median(own.map((row) => row.cpu)),
      cpus: own.map((row) => row.cpu),
      ratio: median(ratios),
      ratios: [Math.min(...ratios), Math.max(...ratios)],
    };
  });
}

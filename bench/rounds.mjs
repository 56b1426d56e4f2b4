// Servers under the same load in turn, so that the machine's drift hits all of them.
import { load, median } from './load.mjs';

/**
 * @param {{name: string, server: object, bodies: Buffer[]}[]} contestants the first one is what the others are compared with
 * @returns for each the medians of its rounds; latencies are of all rounds, CPU in microseconds per review
 */
export async function inRounds(contestants, { rounds, reviews, connections }) {
  const rows = contestants.map(() => []);
  const measure = async ({ name, server, bodies }) => {
    const before = server.cpuSeconds();
    const { latencies, refused, seconds } = await load({
      port: server.port,
      path: '/mutate-pods',
      bodies,
      total: reviews,
      connections,
    });
    if (refused > 0) throw new Error(`${name}: ${refused} reviews were not answered with 200`);
    const cpu = ((server.cpuSeconds() - before) / reviews) * 1e6;
    return { perSecond: reviews / seconds, cpu, latencies };
  };
  for (const contestant of contestants) await measure(contestant);
  for (let round = 0; round < rounds; round++) {
    // Who comes first changes, too.
    const order = contestants.map((_, place) => (place + round) % contestants.length);
    for (const index of round % 2 ? order.reverse() : order)
      rows[index].push(await measure(contestants[index]));
  }
  return rows.map((own, index) => {
    const latencies = own.flatMap((row) => row.latencies);
    const ratios = own.map(({ cpu }, round) => cpu / rows[0][round].cpu);
    return {
      name: contestants[index].name,
      perSecond: median(own.map((row) => row.perSecond)),
      latencies,
      cpu: median(own.map((row) => row.cpu)),
      ratio: median(ratios),
      ratios: [Math.min(...ratios), Math.max(...ratios)],
    };
  });
}

// Measures the time from the start of a process until it is ready.
import { keep, median } from './figures.mjs';
import { startOurs } from './servers.mjs';

/** @param {import('./run.mjs').Setup} setup */
export async function startUp({ catalog }) {
  /** @type {{ms: number, cpu: number}[]} */
  const starts = [];
  for (let count = 0; count < 9; count++) {
    const server = await startOurs({ catalog });
    starts.push({ ms: server.readyAfter, cpu: server.cpuMilliseconds() });
    await server.stop();
  }
  /** @param {'ms' | 'cpu'} key */
  const of = (key) => starts.map((start) => start[key]);
  const range = `${Math.min(...of('ms')).toFixed(0)} to ${Math.max(...of('ms')).toFixed(0)}`;
  console.log(
    `Start to ready, a self-signed certificate made meanwhile: median ${median(of('ms')).toFixed(0)} ms (${range}), of CPU ${median(of('cpu')).toFixed(0)} ms`,
  );
  keep('start', { median: median(of('ms')), least: Math.min(...of('ms')), cpu: median(of('cpu')) });
}

// How long until a fresh process is ready.
import { keep } from './figures.mjs';
import { median } from './load.mjs';
import { startOurs } from './servers.mjs';

export async function startUp({ catalog }) {
  const starts = [];
  for (let count = 0; count < 9; count++) {
    const server = await startOurs({ catalog });
    starts.push({ ms: server.readyAfter, cpu: server.cpuSeconds() * 1_000 });
    await server.stop();
  }
  const of = (key) => starts.map((start) => start[key]);
  const range = `${Math.min(...of('ms')).toFixed(0)} to ${Math.max(...of('ms')).toFixed(0)}`;
  console.log(
    `Start to ready, a self-signed certificate made meanwhile: median ${median(of('ms')).toFixed(0)} ms (${range}), of CPU ${median(of('cpu')).toFixed(0)} ms`,
  );
  keep('start', { median: median(of('ms')), least: Math.min(...of('ms')), cpu: median(of('cpu')) });
}

import { Cluster } from '../../../src/cluster/cluster.ts';
import type { CandidateSettings, Line } from './candidates.ts';

/*
 * A process that stands for election and says again and again whether it leads: what `serve` does with it, without the rest.
 * Its argument is a `CandidateSettings`, its output one `Line` a line. SIGTERM ends it as `serve` ends, and so does the end of
 * its input, at the latest when whoever started it is gone.
 */

const { kubeconfig, ...options } = JSON.parse(process.argv[2] ?? '') as CandidateSettings;
const say = (line: Line): void => console.log(JSON.stringify(line));

const cluster = new Cluster({ file: kubeconfig, env: {}, component: 'candidate', version: 'test' });
const election = cluster.elect({
  ...options,
  now: () => new Date(),
  onLeading: (leading) => say({ kind: 'told', leading }),
  onHeartbeat: () => {},
  onTrouble: (error) => say({ kind: 'trouble', fault: (error as Error).message }),
});

setInterval(() => {
  // Before the question: a stop between the two must not make an answer seem later than it is.
  const at = Number(process.hrtime.bigint() / 1_000_000n);
  say({ kind: 'asked', at, leading: election.leading });
}, 20);

process.on('SIGTERM', () => void cluster.close().then(() => process.exit(0)));
process.stdin.resume().on('end', () => process.exit(1));

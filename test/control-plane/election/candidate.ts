import { Cluster } from '../../../src/cluster/cluster.ts';
import type { CandidateSettings, Line } from './candidates.ts';

/*
 * A process that takes part in the leader election, as `serve` does, and prints every 20 ms whether it leads. Its argument is a
 * `CandidateSettings`, its output one `Line` a line. SIGTERM ends it as `serve` ends; it also exits when its input ends, that is when
 * the process that started it is gone.
 */

const { kubeconfig, ...options } = JSON.parse(process.argv[2] ?? '') as CandidateSettings;
const print = (line: Line): void => console.log(JSON.stringify(line));

const cluster = new Cluster({ file: kubeconfig, env: {}, component: 'candidate', version: 'test' });
const election = cluster.elect({
  ...options,
  now: () => new Date(),
  onLeading: (leading) => print({ kind: 'changed', leading }),
  onHeartbeat: () => {},
  onTrouble: (error) => print({ kind: 'trouble', fault: (error as Error).message }),
});

setInterval(() => {
  // Taken first: when the process is stopped between the two, the answer must not seem later than it is.
  const at = Number(process.hrtime.bigint() / 1_000_000n);
  print({ kind: 'sample', at, leading: election.leading });
}, 20);

process.on('SIGTERM', () => void cluster.close().then(() => process.exit(0)));
process.stdin.resume().on('end', () => process.exit(1));

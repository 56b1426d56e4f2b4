import { it } from 'vitest';
import { kib, machineLoad, seconds, table } from './figures.mjs';
import { simulatedCluster } from './scale/cluster.ts';
import { type Figures, measureReplica, rows } from './scale/replica.ts';

/*
 * Measures the shipped program with more workloads than an API server here could hold. A stand-in for it, in this process,
 * serves the objects; the program is a process of its own.
 */

const sizes = (process.env.BENCH_PODS ?? '10000,30000,100000').split(',').map(Number);
const tools = Number(process.env.BENCH_TOOLS ?? 10_000);

it('prints what the use of many workloads costs', async () => {
  print(`${process.version}, load ${machineLoad()} before it began`);
  const columns: { readonly pods: number; readonly figures: Figures }[] = [];
  for (const pods of sizes) {
    await using cluster = await simulatedCluster({ pods, templates: Math.floor(pods / 3), tools });
    print(`${pods} Pods of ${kib(cluster.podBytes)}, made in ${seconds(cluster.milliseconds)}`);
    columns.push({ pods, figures: await measureReplica(cluster) });
  }
  const head = ['', ...columns.map(({ pods }) => `${pods} Pods`)];
  print(table([head, ...rows(columns.map(({ figures }) => figures))]));
  print(`load ${machineLoad()} at the end`);
});

const print = (text: string): void => void process.stdout.write(`\n${text}\n`);

import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import { type Program, startProgram } from '../../test/control-plane/support/program.ts';
import { reviewOf } from '../../test/support/reviews.ts';
import { seriesIn } from '../../test/support/webhook-server.ts';
import { connectTo } from '../cluster/api.ts';
import { CATALOG, CONFIG_MAP } from '../cluster/usage/catalog.ts';
import { withoutEntry } from '../cluster/usage/edits.ts';
import { cpuMilliseconds, median, mib, ms, residentBytes, seconds } from '../figures.mjs';
import type { SimulatedCluster } from './cluster.ts';

/** Milliseconds, bytes and counts of one replica. */
export interface Figures {
  readonly known: number;
  readonly knownCpu: number;
  readonly memory: number;
  readonly stallWhileListing: number;
  readonly stallAtRest: number;
  readonly scrape: number;
  readonly scrapeCpu: number;
  readonly scrapeBytes: number;
  readonly series: number;
  readonly refusal: number;
  readonly refusedFor: string;
  /** CPU a second. */
  readonly rest: number;
  readonly changes: number;
}

/** Milliseconds at rest, and with changes. */
const REST = 20_000;
const CHANGES_A_SECOND = 50;
const SCRAPES = 20;

/**
 * Measures a replica twice: with the event loop's lag every 10 ms for the stalls, which costs CPU of its own, and as shipped
 * for all else.
 */
export async function measureReplica(cluster: SimulatedCluster): Promise<Figures> {
  const stalls = await stallsOf(cluster);
  await using replica = await started(cluster);
  const { pid } = replica;
  const [synced] = replica.logged('usage index synced');
  const knownCpu = cpuMilliseconds(pid);
  // The garbage of the list goes meanwhile.
  await pause(REST / 2);
  const rest = await cpuOf(pid, () => pause(REST));
  const memory = residentBytes(pid);
  const changes = await cpuOf(pid, () => changeSteadily(cluster));
  const metrics = await scrape(replica);
  const scrapes: number[] = [];
  const scrapeCpu = await cpuOf(pid, async () => {
    for (let count = 0; count < SCRAPES; count += 1) scrapes.push((await scrape(replica)).milliseconds);
  });
  return {
    ...stalls,
    ...(await refusal(replica)),
    known: Date.parse(String(synced?.time)) - replica.began,
    knownCpu,
    memory,
    rest: rest.cpu / (rest.milliseconds / 1_000),
    changes: changes.cpu / (changes.milliseconds / 1_000),
    scrape: median(scrapes),
    scrapeCpu: scrapeCpu.cpu / SCRAPES,
    scrapeBytes: metrics.text.length,
    series: metrics.text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
  };
}

async function stallsOf(cluster: SimulatedCluster) {
  process.env.TEST_NODE_OPTIONS = `--import=${new URL('../cluster/fine-lag.mjs', import.meta.url)}`;
  await using replica = await started(cluster);
  delete process.env.TEST_NODE_OPTIONS;
  const stallWhileListing = await longestStall(replica);
  await changeSteadily(cluster);
  return { stallWhileListing, stallAtRest: await longestStall(replica) };
}

async function started({ kubeconfig }: SimulatedCluster): Promise<Program & { readonly began: number }> {
  const began = Date.now();
  const replica = await startProgram('--kubeconfig', kubeconfig);
  await vi.waitFor(() => {
    if (replica.logged('usage index synced').length === 0) throw new Error('the use is not known yet');
  }, 300_000);
  return { ...replica, began };
}

async function cpuOf(pid: number, happens: () => Promise<unknown>) {
  const [cpu, began] = [cpuMilliseconds(pid), performance.now()];
  await happens();
  return { cpu: cpuMilliseconds(pid) - cpu, milliseconds: performance.now() - began };
}

async function changeSteadily(cluster: SimulatedCluster): Promise<void> {
  const ticks = 10;
  for (let tick = 0; tick < (REST / 1_000) * ticks; tick += 1) {
    cluster.change(CHANGES_A_SECOND / ticks);
    await pause(1_000 / ticks);
  }
}

async function scrape({
  opsPort,
}: Program): Promise<{ readonly text: string; readonly milliseconds: number }> {
  const began = performance.now();
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  return { text, milliseconds: performance.now() - began };
}

/** Since the last scrape; the lag includes the 10 ms between two measurements. */
async function longestStall(replica: Program): Promise<number> {
  const { text } = await scrape(replica);
  return Math.max(0, (seriesIn(text, 'nodejs_eventloop_lag_max_seconds') ?? Number.NaN) * 1_000 - 10);
}

/** A third of all Pods use this entry: cluster/usage/population.ts. */
const USED = 'php7.4';

/** An edit that removes an entry in use. The first may start the catalog thread. */
async function refusal({ tlsPort }: Program) {
  using client = connectTo({ server: `https://127.0.0.1:${tlsPort}`, connections: 1 });
  const configMap = (text: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...CONFIG_MAP.metadata, namespace: 'tf-public' },
    data: { 'images-v1.yaml': text },
  });
  const review = reviewOf('ConfigMap', 'configmaps', {
    operation: 'UPDATE',
    namespace: 'tf-public',
    name: 'image-config',
    object: configMap(withoutEntry(CATALOG, USED)),
    oldObject: configMap(CATALOG),
  });
  const took: number[] = [];
  let refusedFor = '';
  for (let edit = 0; edit < 12; edit += 1) {
    const { body, milliseconds } = await client.send('POST', '/validate-image-config', review);
    refusedFor = /in use by [^;:]*/.exec(body)?.[0] ?? '';
    if (refusedFor === '') throw new Error(`the edit was answered with ${body}`);
    took.push(milliseconds);
  }
  return { refusal: median(took), refusedFor };
}

const count = (value: number): string => String(Math.round(value));

/** A row for each figure, with a column for each size. */
export const rows = (columns: readonly Figures[]): readonly (readonly string[])[] =>
  (
    [
      ['from the start until the use is known', ({ known }) => seconds(known)],
      ['CPU until then', ({ knownCpu }) => seconds(knownCpu)],
      ['memory (RSS) at rest', ({ memory }) => mib(memory)],
      ['longest stall until the use is known', ({ stallWhileListing }) => ms(stallWhileListing)],
      ['longest stall at 50 changes a second', ({ stallAtRest }) => ms(stallAtRest)],
      ['CPU a second at rest', ({ rest }) => ms(rest)],
      ['CPU a second at 50 changes a second', ({ changes }) => ms(changes)],
      ['a scrape', ({ scrape: took }) => ms(took)],
      ['CPU of a scrape', ({ scrapeCpu }) => ms(scrapeCpu)],
      ['series, bytes', ({ series, scrapeBytes }) => `${count(series)}, ${count(scrapeBytes)}`],
      ['an edit that is refused for use', ({ refusal: took }) => ms(took)],
      ['it names', ({ refusedFor }) => refusedFor],
    ] satisfies [string, (figures: Figures) => string][]
  ).map(([title, text]) => [title, ...columns.map(text)]);

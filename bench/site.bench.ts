import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, it } from 'vitest';
import type { SiteInput } from '../src/site/model.ts';
import { historyText } from '../test/support/history.ts';
import { populatedSite } from '../test/support/population.ts';
import { temporaryDirectory } from '../test/support/temporary.ts';
import { kib, machineLoad, mib, residentBytes, seconds, table } from './figures.mjs';
import { type Load, loadSite } from './site/load.ts';
import { type ServedState, serveState, stateText } from './site/state.ts';

/*
 * Measures the shipped `site`, which follows a state as it does in a cluster: pages a second, the size of pages, memory, and
 * how long `--out` takes. A row takes BENCH_SECONDS, in which the site reads the state at least twice.
 */

const duration = Number(process.env.BENCH_SECONDS ?? 12);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

const sizes = [
  { tools: 600, workloads: 1_000 },
  { tools: 3_000, workloads: 20_000 },
];

it('prints what the site costs', async () => {
  print(`${process.version}, load ${machineLoad()} before it began`);
  const rows: string[][] = [
    ['/deprecations, 16 clients', 'pages/s', 'p50 / p99 / longest', 'memory (RSS) of the site'],
  ];
  for (const size of sizes) {
    const input = populatedSite(size);
    await using state = await serveState(input);
    await using site = await startSite(input, state.url);
    for (const changing of [false, true])
      for (const known of [false, true])
        rows.push(await measured({ site, state, changing, known, workloads: size.workloads }));
  }
  print(table(rows));
  print(await pageSizes());
  print(await timeToWrite());
});

interface Measured {
  readonly site: RunningSite;
  readonly state: ServedState;
  /** Whether 20 workloads come or go each second. */
  readonly changing: boolean;
  /** Whether the clients have the page already. */
  readonly known: boolean;
  readonly workloads: number;
}

async function measured({ site, state, changing, known, workloads }: Measured): Promise<string[]> {
  await using _ = changing ? state.startChanges(20) : undefined;
  const load: Load = await loadSite({ port: site.port, path: '/deprecations', known, clients: 16, duration });
  return [
    `${workloads.toLocaleString('en')} workloads, ${changing ? '20 changes a second' : 'unchanged'}: ${load.statuses}`,
    load.perSecond.toFixed(0),
    load.spread,
    mib(residentBytes(site.pid)),
  ];
}

interface RunningSite extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

async function startSite(input: SiteInput, state: string): Promise<RunningSite> {
  const history = join(directory.path, 'history.jsonl');
  await writeFile(history, historyText(input.history ?? []));
  const argv = ['dist/main.js', 'site', '--port', '0', '--state', state, '--history', history];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await portIn(child);
  return {
    port,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

async function portIn(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('the site has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
    if (msg === 'listening' && port !== undefined) {
      child.stdout.resume();
      return port;
    }
  }
  throw new Error('the site has ended before it listened');
}

async function pageSizes(): Promise<string> {
  const input = populatedSite({ tools: 1_000, workloads: 3_000 });
  await using state = await serveState(input);
  await using site = await startSite(input, state.url);
  const paths = [
    '/',
    '/deprecations',
    '/images/python3.11',
    '/tools/wiki-bugs',
    '/style.css',
    '/api/v1/images',
  ];
  const rows = await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(`http://127.0.0.1:${site.port}${path}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      return [path, kib(bytes.length), kib(gzipSync(bytes).length)];
    }),
  );
  return table([['1,000 tools, 3,000 workloads', 'size', 'compressed'], ...rows]);
}

async function timeToWrite(): Promise<string> {
  const state = join(directory.path, 'state.json');
  const out = join(directory.path, 'out');
  await writeFile(state, stateText(populatedSite({ tools: 5_000, workloads: 50_000 })));
  await mkdir(out);
  const started = performance.now();
  const child = spawn(process.execPath, ['dist/main.js', 'site', '--state', state, '--out', out], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await once(child, 'exit');
  return `--out of 5,000 tools and 50,000 workloads: ${seconds(performance.now() - started)}; load ${machineLoad()} at the end`;
}

const print = (text: string): void => {
  process.stdout.write(`\n${text}\n`);
};

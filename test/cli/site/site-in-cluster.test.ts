import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApiServer } from '../../support/api-server.ts';
import { catalogThread } from '../../support/bundle.ts';
import { kubeconfigFor } from '../../support/kubeconfig.ts';
import { runCli } from '../../support/run-cli.ts';
import { startServe } from '../../support/running-serve.ts';
import { startSite } from '../../support/running-site.ts';
import { settingsFrom } from '../../support/serve-settings.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const CATALOG = '/api/v1/namespaces/tf-public/configmaps/image-config';
const HISTORY = '/api/v1/namespaces/image-config-admission/configmaps/image-config-admission-history';
const TOOL = '/api/v1/namespaces/tool-wikibugs';
const IMAGE = 'r.example.org/python3.7';
const text = `python3.7: {state: deprecated, image: ${IMAGE}, variants: {}}\n`;

const thread = await catalogThread();
let files: Awaited<ReturnType<typeof temporaryDirectory>>;
let api: ApiServer;
let kubeconfig: string;

beforeAll(async () => {
  files = await temporaryDirectory();
});
afterAll(() => files[Symbol.asyncDispose]());

beforeEach(async () => {
  api = await ApiServer.start();
  kubeconfig = await kubeconfigFor(api, files.path);
  api.put(CATALOG, { data: { 'images-v1.yaml': text } });
  api.put(HISTORY);
  api.put(TOOL, { metadata: { labels: { tenancy: 'tool' } } });
});
afterEach(() => api[Symbol.asyncDispose]());

const addPod = (name: string): void =>
  void api.put(`${TOOL}/pods/${name}`, { spec: { containers: [{ name: 'a', image: `${IMAGE}:latest` }] } });

type Site = Awaited<ReturnType<typeof startSite>>;

const ofTool = async (running: Site): Promise<{ staleSince: string | null; workloads: object[] | null }> =>
  (await running.get('/api/v1/tools/wikibugs')).json();

const shell = { workload: 'Pod/shell', image: 'python3.7', asksFor: IMAGE };

test('site --state shows the workloads that serve knows, and keeps them, said to be stale, after serve is gone', async () => {
  const settings = settingsFrom(['--kubeconfig', kubeconfig]);
  await using serve = await startServe({ cluster: settings.cluster }, { thread });
  const state = `http://127.0.0.1:${serve.opsPort}/state.json`;
  await using running = await startSite(['--state', state], { thread, stateEvery: 50 });
  await expect.poll(() => ofTool(running), { timeout: 20_000 }).toMatchObject({ workloads: [] });
  addPod('shell');
  await expect
    .poll(() => ofTool(running), { timeout: 20_000 })
    .toMatchObject({ staleSince: null, workloads: [shell] });
  await serve[Symbol.asyncDispose]();
  await expect
    .poll(() => ofTool(running), { timeout: 20_000 })
    .toMatchObject({ staleSince: expect.stringMatching(/^20\d\d-/), workloads: [shell] });
  expect(running.logged('watch failed')).toMatchObject([
    { watch: 'state', fault: expect.stringContaining(state) },
  ]);
});

test('site --state shows at least the catalog of the cluster while serve has not answered yet', async () => {
  const state = 'http://127.0.0.1:1/state.json';
  await using running = await startSite(['--state', state, '--kubeconfig', kubeconfig], { thread });
  const image = await (await running.get('/api/v1/images/python3.7')).json();
  expect(image).toMatchObject({ name: 'python3.7', use: { known: false, since: expect.any(String) } });
  await expect
    .poll(() => api.requests.map((request) => request.split('?')[0]))
    .toEqual([`GET ${CATALOG}`, `GET ${HISTORY}`]);
});

test('site --kubeconfig watches the cluster by itself, and writes nothing', async () => {
  addPod('shell');
  await using running = await startSite(['--kubeconfig', kubeconfig], { thread });
  await expect.poll(() => ofTool(running), { timeout: 20_000 }).toMatchObject({ workloads: [shell] });
  expect(api.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
});

test('site --out with a kubeconfig lists the cluster once', async () => {
  addPod('shell');
  const directory = join(files.path, 'listed');
  const { exitCode, stderr } = await runCli(['site', '--kubeconfig', kubeconfig, '--out', directory]);
  expect([exitCode, stderr]).toEqual([0, '']);
  const tool = JSON.parse(await readFile(join(directory, 'api/v1/tools/wikibugs.json'), 'utf8'));
  expect(tool).toMatchObject({ workloads: [shell] });
  expect(api.requests.filter((request) => request.includes('watch=true'))).toEqual([]);
});

test('site --out with a kubeconfig names the rights that are missing', async () => {
  api.faults.list = 403;
  const { exitCode, stderr } = await runCli([
    'site',
    '--kubeconfig',
    kubeconfig,
    '--out',
    join(files.path, 'no'),
  ]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the list of workloads is incomplete, so nothing is reported. Missing rights:');
});

test('site --out writes what a saved state has', async () => {
  addPod('shell');
  const settings = settingsFrom(['--kubeconfig', kubeconfig]);
  await using serve = await startServe({ cluster: settings.cluster }, { thread });
  const saved = join(files.path, 'state.json');
  await expect
    .poll(
      async () => {
        const body = await (await fetch(`http://127.0.0.1:${serve.opsPort}/state.json`)).text();
        await writeFile(saved, body);
        return body;
      },
      { timeout: 20_000 },
    )
    .toContain('Pod/shell');
  const directory = join(files.path, 'saved');
  expect(await runCli(['site', '--state', saved, '--out', directory])).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(directory, 'tools/wikibugs.html'), 'utf8')).toContain('Pod/shell');
});

test.each([
  ['', /^error: cannot read the state at .*: the state is no JSON\n$/],
  ['{"version":2}', /: the state has version 2, and version 1 is expected/],
])('site --out says why a file is no state: %s', async (body, message) => {
  const saved = join(files.path, 'bad.json');
  await writeFile(saved, body);
  const { exitCode, stderr } = await runCli(['site', '--state', saved, '--out', join(files.path, 'none')]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});

test.each([
  [['--state', 'http://127.0.0.1:1/'], '--state'],
  [['--kubeconfig', 'config'], '--kubeconfig'],
  [['--context', 'prod'], '--context'],
])('site refuses a file beside %s', async (more, option) => {
  const { exitCode, stderr } = await runCli(['site', '--catalog', 'images.yaml', ...more]);
  expect([exitCode, stderr]).toEqual([
    2,
    `error: --catalog images.yaml is shown alone, so ${option} has no effect: leave one of them out\n`,
  ]);
});

test('site without a source and without a cluster says which options there are', async () => {
  const { exitCode, stderr } = await runCli(['site'], { env: { HOME: files.path } });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('(--catalog FILE shows a file, and --state URL what serve knows)');
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { ApiServer } from '../../support/api-server.ts';
import { catalogThread } from '../../support/bundle.ts';
import { historyText, lineOf } from '../../support/history.ts';
import { kubeconfigFor } from '../../support/kubeconfig.ts';
import { runCli } from '../../support/run-cli.ts';
import { type RunningSite, startSite } from '../../support/running-site.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const HISTORY = '/api/v1/namespaces/image-config-admission/configmaps/image-config-admission-history';
const IMAGE = 'r.example.org/python3.7';
const catalog = `python3.7: {state: deprecated, image: ${IMAGE}, variants: {}}\n`;
const digest = digestOf(catalog);

const yesterday = lineOf('2026-11-29', { 'python3.7': [3, 4] });
const today = lineOf('2026-11-30', { 'python3.7': [1, 1] }, digest);
const TITLE = 'Use of python3.7 from 2026-11-29 to';

const thread = await catalogThread();
let files: Awaited<ReturnType<typeof temporaryDirectory>>;
let api: ApiServer;
let kubeconfig: string;
let file: string;

beforeAll(async () => {
  files = await temporaryDirectory();
});
afterAll(() => files[Symbol.asyncDispose]());

let directories = 0;
beforeEach(async () => {
  api = await ApiServer.start();
  kubeconfig = await kubeconfigFor(api, files.path);
  api.put('/api/v1/namespaces/tf-public/configmaps/image-config', { data: { 'images-v1.yaml': catalog } });
  api.put('/api/v1/namespaces/tool-wikibugs', { metadata: { labels: { tenancy: 'tool' } } });
  api.put('/api/v1/namespaces/tool-wikibugs/pods/shell', {
    spec: { containers: [{ name: 'a', image: `${IMAGE}:latest` }] },
  });
  directories += 1;
  file = join(files.path, `history-${directories}.jsonl`);
  await writeFile(file, historyText([yesterday]));
});
afterEach(() => api[Symbol.asyncDispose]());

const deprecations = async (running: RunningSite): Promise<string> =>
  (await running.get('/deprecations')).text();

const out = (...options: readonly string[]) =>
  runCli(['site', '--out', join(files.path, `site-${directories}`), ...options], { today: '2026-11-30' });
const written = (): Promise<string> =>
  readFile(join(files.path, `site-${directories}/deprecations.html`), 'utf8');

test('a site of a cluster shows the history that serve keeps there, and writes nothing', async () => {
  api.put(HISTORY, { data: { 'history.jsonl': historyText([yesterday]) } });
  await using running = await startSite(['--kubeconfig', kubeconfig], { thread });
  await expect.poll(() => deprecations(running), { timeout: 20_000 }).toContain(`${TITLE} 2026-11-29`);
  expect(api.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
});

test('a site of a cluster without a history logs that, and has no plot', async () => {
  await using running = await startSite(['--kubeconfig', kubeconfig], { thread });
  await expect
    .poll(() => running.logged('history not read or written'), { timeout: 20_000 })
    .toMatchObject([{ history: { fault: expect.stringContaining('there is no ConfigMap') } }]);
  expect(await deprecations(running)).toContain('There is no history of use.');
});

test('site --history with the catalog alone shows the file, and appends nothing, since use is not known', async () => {
  const images = join(files.path, 'images.yaml');
  await writeFile(images, catalog);
  await using running = await startSite(['--catalog', images, '--history', file], { thread });
  await expect.poll(() => deprecations(running), { timeout: 20_000 }).toContain(`${TITLE} 2026-11-29`);
  expect(await readFile(file, 'utf8')).toBe(historyText([yesterday]));
});

test('site --history --out appends one line a day and catalog to the file, and shows it', async () => {
  expect(await out('--kubeconfig', kubeconfig, '--history', file)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await readFile(file, 'utf8')).toBe(historyText([yesterday, today]));
  expect(await written()).toContain(`${TITLE} 2026-11-30`);
  directories += 1;
  expect(await out('--kubeconfig', kubeconfig, '--history', file)).toMatchObject({ exitCode: 0 });
  expect(await readFile(file, 'utf8')).toBe(historyText([yesterday, today]));
});

test('site --out shows the history of the cluster, with a note about faulty lines', async () => {
  api.put(HISTORY, { data: { 'history.jsonl': `junk\n${historyText([yesterday])}` } });
  expect(await out('--kubeconfig', kubeconfig)).toMatchObject({
    exitCode: 0,
    stderr:
      'note: image-config-admission/image-config-admission-history: line 1 is no JSON object with day, digest and images; it is ignored\n',
  });
  expect(await written()).toContain(`${TITLE} 2026-11-29`);
});

test('site --out of a cluster without a history notes that, and writes the site', async () => {
  expect(await out('--kubeconfig', kubeconfig)).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/^note: .*: no history of use is shown: there is no ConfigMap .*\n$/),
  });
  expect(await written()).toContain('There is no history of use.');
});

test('site --history refuses a file that holds something else, and leaves it as it is', async () => {
  await writeFile(file, catalog);
  const images = join(files.path, 'images.yaml');
  await writeFile(images, catalog);
  for (const more of [[], ['--out', join(files.path, 'refused')]])
    expect(await runCli(['site', '--catalog', images, '--history', file, ...more])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `error: ${file} has no line of a history: name a new file, to which the site appends\n`,
    });
  expect(await readFile(file, 'utf8')).toBe(catalog);
});

import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer } from '../../support/api-server.ts';
import { kubeconfigOf, mixedCluster, store } from '../../support/audited.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { replay, type TranscriptCommand } from '../../support/transcript.ts';

const TRANSCRIPTS = new URL('../../transcripts/audit/', import.meta.url);
const HISTORY = '/api/v1/namespaces/image-config-admission/configmaps/image-config-admission-history';
const CONFIG_MAP = '/api/v1/namespaces/tf-public/configmaps/image-config';

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  files = await temporaryDirectory();
});
afterAll(() => files[Symbol.asyncDispose]());

/** The environment in which this API server is the cluster. */
async function environmentOf(api: ApiServer): Promise<Record<string, string>> {
  const file = join(files.path, 'kubeconfig');
  await writeFile(file, kubeconfigOf(api));
  return { IMAGE_CONFIG_KUBECONFIG: file };
}

async function mixed(): Promise<ApiServer> {
  const api = await ApiServer.start();
  store(api, mixedCluster);
  api.put(HISTORY, {
    data: { 'history.jsonl': readFileSync('test/fixtures/cli/audit/history.jsonl', 'utf8') },
  });
  return api;
}

describe('audit', () => {
  it.each(readdirSync(TRANSCRIPTS))('answers as in test/transcripts/audit/%s', async (name) => {
    await using api = await mixed();
    const env = await environmentOf(api);
    await replay(new URL(name, TRANSCRIPTS), ({ argv, stdin }: TranscriptCommand) =>
      runCli(argv, { env, ...(stdin !== undefined && { stdin: readFileSync(stdin) }) }),
    );
  });

  it('lists the namespaces of tools and each kind with images once, and writes nothing', async () => {
    await using api = await mixed();
    await runCli(['audit'], { env: await environmentOf(api) });
    expect(api.requests).toEqual([
      `GET ${CONFIG_MAP}`,
      'GET /api/v1/namespaces?labelSelector=tenancy%3Dtool&limit=500',
      'GET /api/v1/pods?limit=500',
      'GET /apis/apps/v1/deployments?limit=500',
      'GET /apis/apps/v1/statefulsets?limit=500',
      'GET /apis/apps/v1/daemonsets?limit=500',
      'GET /apis/apps/v1/replicasets?limit=500',
      'GET /apis/batch/v1/jobs?limit=500',
      'GET /apis/batch/v1/cronjobs?limit=500',
    ]);
  });

  it('reads only the history for --history', async () => {
    await using api = await mixed();
    await runCli(['audit', '--history'], { env: await environmentOf(api) });
    expect(api.requests).toEqual([`GET ${HISTORY}`]);
  });

  it('says that an empty history has no line yet', async () => {
    await using api = await mixed();
    api.put(HISTORY);
    const { exitCode, stdout } = await runCli(['audit', '--history'], { env: await environmentOf(api) });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'image-config-admission/image-config-admission-history has no line yet.\n',
    });
  });

  it.each([
    [403, 'refused with 403\n(it needs the right to get this ConfigMap)\n'],
    [500, 'refused with 500\n'],
  ])('exits with 2 when the history is refused with %i', async (status, end) => {
    await using api = await mixed();
    api.faults.get = status;
    const { exitCode, stderr } = await runCli(['audit', '--history'], { env: await environmentOf(api) });
    expect(exitCode).toBe(2);
    expect(stderr.slice(-end.length)).toBe(end);
  });

  it('reads only the catalog outside of the given namespace', async () => {
    await using api = await mixed();
    await runCli(['audit', '-n', 'tool-beta'], { env: await environmentOf(api) });
    expect(api.requests.filter((request) => !request.includes('/namespaces/tool-beta/'))).toEqual([
      `GET ${CONFIG_MAP}`,
    ]);
  });

  it('does not read the catalog of the cluster when a file is given', async () => {
    await using api = await mixed();
    await runCli(['audit', '--catalog', 'test/fixtures/cli/good.yaml'], { env: await environmentOf(api) });
    expect(api.requests).not.toContain(`GET ${CONFIG_MAP}`);
  });

  it('gives the same report for any number of pages', async () => {
    await using api = await mixed();
    const env = await environmentOf(api);
    const whole = await runCli(['audit', '--all', '--format', 'json'], { env });
    api.pageSize = 1;
    const { stdout, stderr } = await runCli(['audit', '--all', '--format', 'json'], { env });
    expect(stdout).toBe(whole.stdout);
    expect(stderr).toBe(
      [...['pods: 1 of about 8', 'deployments: 1 of about 4', 'replicasets: 1 of about 2', '']].join('\n'),
    );
  });

  it('clears its progress from a terminal', async () => {
    await using api = await mixed();
    api.pageSize = 3;
    const { stderr } = await runCli(['audit'], { env: await environmentOf(api), isTTY: true });
    expect(stderr).toContain('\rpods: 3 of about 8');
    expect(stderr).toMatch(/\r {2,}\r$/);
  });

  it.each([
    ['missing', undefined, 'there is no ConfigMap tf-public/image-config in this cluster'],
    ['without a catalog', { data: {} }, 'has no images-v1.yaml in its data'],
  ])('exits with 2 in a cluster whose ConfigMap is %s', async (_, configMap, words) => {
    await using api = await mixed();
    if (configMap) api.put(CONFIG_MAP, configMap);
    else api.remove(CONFIG_MAP);
    const { exitCode, stdout, stderr } = await runCli(['audit'], { env: await environmentOf(api) });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).toContain('\n(--catalog FILE takes the catalog of a file)\n');
  });

  it('prints the problems of a stored catalog with its line numbers', async () => {
    await using api = await mixed();
    api.put(CONFIG_MAP, { data: { 'images-v1.yaml': 'node16:\n  state: gone\n' } });
    const { exitCode, stdout, stderr } = await runCli(['audit'], { env: await environmentOf(api) });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('tf-public/image-config:2:10: error: node16.state: "gone" is not allowed here');
    expect(stderr).toContain('error: this catalog has errors, so it resolves nothing');
  });

  it.each([
    ['get', 'cannot read the ConfigMap tf-public/image-config: refused with 500'],
    ['list', 'cannot list namespaces: refused with 500'],
  ] as const)('prints no report when a %s fails', async (kind, words) => {
    await using api = await mixed();
    api.faults[kind] = 500;
    const { exitCode, stdout, stderr } = await runCli(['audit'], { env: await environmentOf(api) });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  it.each([
    [
      401,
      '\n(the cluster does not accept these credentials: log in again, or choose others with --kubeconfig or --context)\n',
    ],
    [403, '\n(--catalog FILE takes the catalog of a file)\n'],
    [500, '500\n'],
  ])('hints at what helps when the catalog is refused with %i', async (status, end) => {
    await using api = await mixed();
    api.faults.get = status;
    const { stderr } = await runCli(['audit'], { env: await environmentOf(api) });
    expect(stderr.slice(-end.length)).toBe(end);
  });

  it('keeps its columns beside names of 63 characters', async () => {
    await using api = await ApiServer.start();
    const name = 'n'.repeat(63);
    const container = 'c'.repeat(63);
    const spec = { containers: [{ name: container, image: 'node16' }] };
    const long = { kind: 'Deployment', namespace: 'tool-alpha', name, spec } as const;
    const short = { kind: 'Deployment', namespace: 'tool-alpha', name: 'web', image: 'node16' } as const;
    store(api, { ...mixedCluster, workloads: [short, long] });
    const { stdout } = await runCli(['audit'], { env: await environmentOf(api) });
    const [header = '', ...lines] = stdout.split('\n');
    const ofStatus = lines.filter((line) => line.includes(' deprecated ') && line.startsWith('  '));
    expect(ofStatus).toHaveLength(2);
    for (const line of ofStatus) expect(line.indexOf('deprecated')).toBe(header.indexOf('STATUS'));
  });

  it('suggests the name that a misspelt one probably means, as text and as JSON', async () => {
    await using api = await ApiServer.start();
    const misspelt = { kind: 'Pod', namespace: 'tool-alpha', name: 'p', image: 'ndoe16:latest' } as const;
    store(api, { ...mixedCluster, workloads: [misspelt] });
    const env = await environmentOf(api);
    expect((await runCli(['audit'], { env })).stdout).toContain('ndoe16:latest; did you mean node16?\n');
    const { findings } = JSON.parse((await runCli(['audit', '--format', 'json'], { env })).stdout);
    expect(findings).toMatchObject([{ status: 'unknown', askedBy: ['ndoe16'], didYouMean: 'node16' }]);
  });

  it('prints a note when no namespace has the labels of tools', async () => {
    await using api = await ApiServer.start();
    store(api, { ...mixedCluster, tools: [] });
    const { exitCode, stderr } = await runCli(['audit', '--strict'], { env: await environmentOf(api) });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'note: no namespace has the labels tenancy=tool; is --tool-selector right?\n',
    });
  });

  it('reports that the API server does not answer', async () => {
    const api = await mixed();
    const env = await environmentOf(api);
    await api[Symbol.asyncDispose]();
    const { exitCode, stderr } = await runCli(['audit'], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: cannot read the ConfigMap tf-public\/image-config: connect ECONNREFUSED/);
  });
});

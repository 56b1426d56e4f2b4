import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadKubeConfig } from '../../src/cluster/kubeconfig.ts';
import { temporaryDirectory } from '../support/temporary.ts';

let home: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  home = await temporaryDirectory();
});
afterEach(() => home[Symbol.asyncDispose]());

const kubeconfig = (server: string, context = 'test') =>
  JSON.stringify({
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: { token: 'a' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'somebodys' } }],
    'current-context': context,
  });

test('the file that is named is read', async () => {
  const file = join(home.path, 'admin.kubeconfig');
  await writeFile(file, kubeconfig('https://named.example:6443'));
  const { config, namespace } = loadKubeConfig({ file, env: {} });
  expect(config.getCurrentCluster()?.server).toBe('https://named.example:6443');
  // The namespace of somebody's context is not where our Secret lives.
  expect(namespace).toBeUndefined();
});

test('without one, that of kubectl', async () => {
  await mkdir(join(home.path, '.kube'));
  await writeFile(join(home.path, '.kube', 'config'), kubeconfig('https://home.example:6443'));
  // client-node looks at the real environment; what is tested is that nothing is refused before.
  expect(() => loadKubeConfig({ file: undefined, env: { HOME: home.path } })).not.toThrow('no cluster: this');
});

test('where there is no cluster, the words say what was looked for', () => {
  expect(() => loadKubeConfig({ file: undefined, env: { HOME: home.path } })).toThrow(
    `no cluster: this is no Pod, and there is no KUBECONFIG and no ${home.path}/.kube/config`,
  );
});

test('a file that cannot be read, or is none, is named', async () => {
  const file = join(home.path, 'missing');
  expect(() => loadKubeConfig({ file, env: {} })).toThrow(`cannot read the kubeconfig ${file}: ENOENT`);
  await writeFile(file, '- not: a kubeconfig');
  expect(() => loadKubeConfig({ file, env: {} })).toThrow(`the kubeconfig ${file}`);
  await writeFile(file, kubeconfig('https://named.example:6443', 'elsewhere'));
  expect(() => loadKubeConfig({ file, env: {} })).toThrow(
    `the kubeconfig ${file} names no cluster: its current-context is missing or leads nowhere`,
  );
});

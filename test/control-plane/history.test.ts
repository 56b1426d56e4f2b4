import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { UsageHistory } from '../../src/cli/serve/usage-history.ts';
import { Cluster } from '../../src/cluster/cluster.ts';
import { readHistory } from '../../src/history/read.ts';
import { historyConfigMap } from '../../src/settings.ts';
import { manifest, manifestText, only, pathOf } from '../manifests/manifests.ts';
import { lookupOf } from '../support/catalog.ts';
import { historyText, lineOf } from '../support/history.ts';
import { collectLog } from '../support/log.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf } from './support/api.ts';
import { kubeconfigOf, succeeds } from './support/commands.ts';
import { OURS } from './support/installed.ts';

/*
 * The history of use in its ConfigMap: written by several replicas with the shipped rights, and kept by upgrades and an uninstall.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const { name, key } = historyConfigMap;
const CONFIG_MAP = `/api/v1/namespaces/${OURS}/configmaps/${name}`;

const stored = async (): Promise<string | undefined> => (await api.get(CONFIG_MAP)).data?.[key];
const apply = (text: string, ...options: readonly string[]) =>
  succeeds(controlPlane.kubectl(['apply', ...options, '-f', '-'], { stdin: text }));
const applyObjects = (kinds: readonly string[]) => {
  const items = manifest('install.yaml').filter(
    ({ kind, metadata }) => kinds.includes(kind) && metadata.namespace === OURS,
  );
  return apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
};

describe('the history of use', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    await api.createNamespace(OURS);
    await applyObjects(['ServiceAccount', 'Role', 'RoleBinding']);
    const file = await kubeconfigOf(controlPlane, OURS, OURS, 'history');
    cluster = new Cluster({ file, env: {}, component: OURS, version: 'test' });
  });
  beforeEach(async () => {
    await controlPlane.request(CONFIG_MAP, { method: 'DELETE' });
    await applyObjects(['ConfigMap']);
  });
  afterAll(async () => {
    await cluster.close();
    await controlPlane.kubectl(['delete', 'namespace', OURS, '--ignore-not-found', '--timeout=60s']);
  });

  const { log, logged } = collectLog();
  const catalog = lookupOf({ 'python3.7': {} });
  const { digest } = catalog.catalog;
  const users = { workloads: 2, tools: ['tool-a'], first: [] };
  const usage = {
    known: true,
    entries: new Map([['python3.7', users]]),
    shortNames: new Map(),
    urls: new Map(),
    byClient: new Map(),
  };
  const writer = (day: () => string): UsageHistory =>
    new UsageHistory({
      store: cluster.configMapStore(OURS, name),
      label: `${OURS}/${name}`,
      usage: { usage: () => usage },
      lookup: () => catalog,
      leading: () => true,
      now: () => new Date(`${day()}T12:00:00Z`),
      log,
    });
  const line = (day: string) => lineOf(day, { 'python3.7': [1, 2] }, digest);

  it('has each day once when two replicas write at the same time, with the shipped rights', async () => {
    let today = '2026-11-28';
    const both = [writer(() => today), writer(() => today)];
    for (today of ['2026-11-28', '2026-11-29', '2026-11-30']) {
      await Promise.all(both.map((replica) => replica.recordDue()));
      // The one with a conflict reads again.
      await Promise.all(both.map((replica) => replica.recordDue()));
    }
    expect(logged('history not recorded')).toEqual([]);
    const text = (await stored()) ?? '';
    expect(readHistory(text, today)).toEqual({
      lines: [line('2026-11-28'), line('2026-11-29'), line('2026-11-30')],
      faults: [],
    });
  });

  it('is not written without its ConfigMap, which the shipped rights cannot create', async () => {
    await api.remove(CONFIG_MAP);
    const replica = writer(() => '2026-11-30');
    for (let pass = 0; pass < 2; pass += 1) await replica.recordDue();
    const [entry, ...more] = logged('history not recorded');
    expect([entry, more]).toMatchObject([
      { history: { fault: expect.stringContaining('there is no ConfigMap') } },
      [],
    ]);
    await applyObjects(['ConfigMap']);
    await replica.recordDue();
    expect(await stored()).toBe(historyText([line('2026-11-30')]));
  });
});

describe('the written history', () => {
  const release = [OURS, pathOf('manifests/chart'), '-n', OURS, '--set-string', 'image.tag=0.2.0'];
  const helm = (...args: readonly string[]) => succeeds(controlPlane.helm([...args]));
  const text = historyText([lineOf('2026-11-30')]);
  const write = () => api.merge(CONFIG_MAP, { data: { [key]: text } });

  afterAll(async () => {
    await controlPlane.helm(['uninstall', OURS, '-n', OURS, '--ignore-not-found', '--wait']);
    await controlPlane.kubectl(['delete', '--ignore-not-found', '--timeout=60s', '-f', '-'], {
      stdin: manifestText('install.yaml'),
    });
    await controlPlane.kubectl([
      'delete',
      'namespace',
      OURS,
      'tf-public',
      '--ignore-not-found',
      '--timeout=60s',
    ]);
  });

  it('is kept by both kinds of kubectl apply', async () => {
    await api.createNamespace(OURS);
    await applyObjects(['ConfigMap']);
    await write();
    const configMap = JSON.stringify(only(manifest('install.yaml'), 'ConfigMap'));
    for (const options of [[], ['--server-side'], []]) {
      await apply(configMap, ...options);
      expect(await stored()).toBe(text);
    }
    await api.remove(CONFIG_MAP);
  });

  it('is kept by helm over an upgrade, an uninstall and another install', async () => {
    await api.createNamespace('tf-public');
    await helm('install', ...release);
    await write();
    await helm('upgrade', ...release, '--set', 'replicas=3');
    expect(await stored()).toBe(text);
    await helm('uninstall', OURS, '-n', OURS);
    expect(await stored()).toBe(text);
    await helm('install', ...release);
    expect(await stored()).toBe(text);
  });
});

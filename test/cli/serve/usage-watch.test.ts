import { beforeEach, describe, expect, it } from 'vitest';
import { UsageWatch } from '../../../src/cli/serve/usage-watch.ts';
import type { Cluster } from '../../../src/cluster/cluster.ts';
import type { Collection } from '../../../src/cluster/collection.ts';
import type { AnnotationTrust } from '../../../src/usage/read-workload.ts';
import { lookupOf } from '../../support/catalog.ts';
import { collectLog } from '../../support/log.ts';
import { TOOL, wire } from '../../support/workloads.ts';

const MINUTE = 60_000;
const lookup = lookupOf({ node18: { image: 'r.example/node18' }, python: { image: 'r.example/python' } });

type Options = Parameters<Cluster['watchCollection']>[1];

let watches: { readonly collection: Collection; readonly options: Options }[];
let now: number;
let watch: UsageWatch;
const { log, logged } = collectLog();

beforeEach(() => start('read'));

function start(podAnnotations: AnnotationTrust): void {
  watches = [];
  now = 0;
  const cluster = {
    watchCollection: (collection: Collection, options: Options) => void watches.push({ collection, options }),
  } as unknown as Cluster;
  const metrics = { watchSilence: () => {} } as unknown as ConstructorParameters<
    typeof UsageWatch
  >[1]['metrics'];
  watch = new UsageWatch(cluster, {
    ...{ tools: 'tenancy=tool', podAnnotations, log, metrics },
    now: () => new Date(now),
    uptime: () => now,
  });
}

/** Lists every collection; there is one Pod with this image. */
function listAll(image: string, annotations = {}): void {
  for (const { collection, options } of watches) {
    const objects = collection.path.endsWith('/pods')
      ? [[`${TOOL}/a`, options.keep(wire({ kind: 'Pod', name: 'a', image, annotations }) as never)] as const]
      : collection.path.endsWith('/namespaces')
        ? [[TOOL, undefined] as const]
        : [];
    options.onHeartbeat();
    options.onChange({ kind: 'listed', objects: new Map(objects) });
  }
}

describe('usage', () => {
  it('is unknown before every collection has been listed, and without a catalog', () => {
    expect(watch.usage(lookup).known).toBe(false);
    listAll('node18');
    expect(watch.usage(undefined).known).toBe(false);
    expect(watch.usage(lookup)).toMatchObject({ known: true });
    expect(logged('usage index synced')).toHaveLength(1);
  });

  it('is read from namespaces with the label of tools, and from seven kinds of workloads', () => {
    expect(watches.map(({ collection }) => collection)).toEqual([
      { path: '/api/v1/namespaces', labelSelector: 'tenancy=tool' },
      { path: '/api/v1/pods' },
      ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((kind) => ({
        path: `/apis/apps/v1/${kind}`,
      })),
      ...['jobs', 'cronjobs'].map((kind) => ({ path: `/apis/batch/v1/${kind}` })),
    ]);
  });

  it('is unknown while one watch has been silent for five minutes', () => {
    listAll('node18');
    now = 4 * MINUTE;
    for (const { options } of watches.slice(1)) options.onHeartbeat();
    now = 5 * MINUTE;
    expect(watch.usage(lookup).known).toBe(false);
    watches[0]?.options.onHeartbeat();
    expect(watch.usage(lookup).known).toBe(true);
  });

  it('is counted again after a change, and for another catalog', () => {
    listAll('node18');
    const users = () => watch.usage(lookup).entries.get('node18')?.workloads ?? 0;
    expect(users()).toBe(1);
    expect(watch.usage(lookup)).toBe(watch.usage(lookup));
    expect(watch.usage(lookupOf({ other: {} })).entries.size).toBe(0);
    expect(users()).toBe(1);
    listAll('python');
    expect(users()).toBe(0);
  });
});

describe('the use that the site shows', () => {
  it('is not known since the start until every collection has been listed', () => {
    now = MINUTE;
    expect(watch.use(lookup)).toEqual({
      known: false,
      since: '1970-01-01T00:00:00Z',
      why: 'the workloads are not all listed yet',
    });
  });

  it('has every workload, and the time since which it is known', () => {
    now = MINUTE;
    listAll('node18');
    now = 2 * MINUTE;
    expect(watch.use(lookup)).toEqual({
      known: true,
      since: '1970-01-01T00:01:00Z',
      workloads: [{ tool: 'wikibugs', workload: 'Pod/a', image: 'node18', asksFor: 'node18' }],
    });
  });

  it('is not known since the last heartbeat of a silent watch, and known again since the next one', () => {
    listAll('node18');
    now = 2 * MINUTE;
    for (const { options } of watches.slice(1)) options.onHeartbeat();
    now = 6 * MINUTE;
    expect(watch.use(lookup)).toEqual({
      known: false,
      since: '1970-01-01T00:00:00Z',
      why: 'a watch of the cluster is silent',
    });
    watches[0]?.options.onHeartbeat();
    expect(watch.use(lookup)).toMatchObject({ known: true, since: '1970-01-01T00:06:00Z' });
  });

  it('is the same value while nothing changes, known or not', () => {
    expect(watch.use(lookup)).toBe(watch.use(lookup));
    listAll('node18');
    expect(watch.use(lookup)).toBe(watch.use(lookup));
    expect(watch.use(lookupOf({ other: {} }))).toMatchObject({ known: true, workloads: [] });
  });

  it('is not known without a catalog', () => {
    listAll('node18');
    expect(watch.use(undefined)).toEqual({ known: false });
  });
});

it.each([
  ['removed', 'read'],
  ['unknown', 'ignored'],
] as const)(
  'an image of a removed entry is %s where the annotations of Pods are %s',
  (classification, podAnnotations) => {
    start(podAnnotations);
    listAll('r.example/gone', { 'name.image-config.toolforge.org/main': 'gone' });
    expect([...watch.facts(lookup).unlisted].filter(([, count]) => count > 0)).toEqual([[classification, 1]]);
  },
);

it('the metrics have every entry of the catalog, used or not', () => {
  listAll('nginx');
  const { known, entries, unlisted, objects } = watch.facts(lookup);
  expect({ known, entries: [...entries] }).toEqual({
    known: true,
    entries: ['node18', 'python'].map((name) => ({ name, workloads: 0, tools: 0 })),
  });
  expect(unlisted.get('unknown')).toBe(1);
  expect(Object.fromEntries(objects)).toMatchObject({ Namespace: 1, Pod: 1, CronJob: 0 });
});

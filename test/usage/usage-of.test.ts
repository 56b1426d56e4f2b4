import { describe, expect, it } from 'vitest';
import { buildLookup } from '../../src/catalog/lookup.ts';
import { imageClassifier } from '../../src/usage/image-classification.ts';
import { usageOf } from '../../src/usage/usage-of.ts';
import { lookupOf } from '../support/catalog.ts';
import { indexOf, TOOL, type Told } from '../support/workloads.ts';

const URL = 'r.example/toolforge-python37-sssd-web';
const lookup = lookupOf({
  'python3.7': { image: URL, aliases: ['tf-python37'], state: 'deprecated' },
  'python3.11': { image: 'r.example/toolforge-python311-sssd-web' },
});

const usageBy = (all: readonly Told[], tools?: readonly string[]) =>
  usageOf(indexOf(all, tools), imageClassifier(lookup), lookup.clientOf);

const web: readonly Told[] = [
  { kind: 'Deployment', name: 'web', image: `${URL}:latest` },
  { kind: 'ReplicaSet', name: 'web-abc', image: `${URL}:latest`, owner: { kind: 'Deployment', name: 'web' } },
  { kind: 'Pod', name: 'web-abc-1', image: `${URL}:latest`, owner: { kind: 'ReplicaSet', name: 'web-abc' } },
  { kind: 'Pod', name: 'web-abc-2', image: `${URL}:latest`, owner: { kind: 'ReplicaSet', name: 'web-abc' } },
];

describe('usage', () => {
  it('counts a Deployment with all its Pods as one workload of one tool', () => {
    const users = { workloads: 1, tools: [TOOL], first: ['tool-wikibugs/Deployment/web'] };
    const entries = new Map([['python3.7', users]]);
    const urls = new Map([[URL, users]]);
    expect(usageBy(web)).toEqual({
      known: true,
      entries,
      shortNames: new Map(),
      urls,
      byClient: new Map([['*', { entries, urls }]]),
    });
  });

  it('sees Pods that still run what their Deployment has left behind', () => {
    const [, ...left] = web;
    const deployment: Told = {
      kind: 'Deployment',
      name: 'web',
      image: 'r.example/toolforge-python311-sssd-web',
    };
    expect([...usageBy([deployment, ...left]).entries.keys()].sort()).toEqual(['python3.11', 'python3.7']);
  });

  it('sees a CronJob between two runs', () => {
    const { shortNames, urls } = usageBy([{ kind: 'CronJob', name: 'hourly', image: 'tf-python37' }]);
    expect(shortNames.get('tf-python37')?.first).toEqual(['tool-wikibugs/CronJob/hourly']);
    // Of what its next run will pull, too.
    expect(urls.get(URL)?.first).toEqual(['tool-wikibugs/CronJob/hourly']);
  });

  it('sees the alias that a Pod was asked for by, though it runs the URL', () => {
    const annotations = { 'requested.image-config.toolforge.org/main': 'tf-python37' };
    const { shortNames, urls } = usageBy([
      { kind: 'Pod', name: 'shell', image: `${URL}:latest`, annotations },
    ]);
    expect([...shortNames.keys(), ...urls.keys()]).toEqual(['tf-python37', URL]);
  });

  it('sees a URL in an image volume; a short name there never starts, and is no use', () => {
    const mounting = (reference: string) => ({
      containers: [],
      volumes: [{ name: 'data', image: { reference } }],
    });
    const { entries, urls } = usageBy([
      { kind: 'CronJob', name: 'hourly', spec: mounting(`${URL}:latest`) },
      { kind: 'Deployment', name: 'web', spec: mounting('python3.7') },
      { kind: 'Pod', name: 'shell', spec: mounting('tf-python37:latest') },
    ]);
    expect([entries.get('python3.7')?.first, urls.get(URL)?.first]).toEqual([
      ['tool-wikibugs/CronJob/hourly'],
      ['tool-wikibugs/CronJob/hourly'],
    ]);
  });

  it('names the first ten in the order of the alphabet, and counts all', () => {
    const namespaces = Array.from({ length: 15 }, (_, i) => `tool-${String.fromCharCode(111 - i)}`);
    const pods: Told[] = namespaces.flatMap((namespace) => [
      { kind: 'Pod', name: 'b', namespace, image: URL },
      { kind: 'Pod', name: 'a', namespace, image: URL },
    ]);
    const users = usageBy(pods, namespaces).entries.get('python3.7');
    expect({ ...users, tools: [...(users?.tools ?? [])].sort() }).toEqual({
      workloads: 30,
      tools: [...namespaces].sort(),
      first: ['a', 'b', 'c', 'd', 'e'].flatMap((tool) => [`tool-${tool}/Pod/a`, `tool-${tool}/Pod/b`]),
    });
  });

  it('leaves out whoever is no tool', () => {
    expect(usageBy([{ kind: 'Pod', name: 'x', namespace: 'kube-system', image: URL }]).entries.size).toBe(0);
  });

  it('knows an entry whose name is a property of every object', () => {
    const catalog = lookupOf({ constructor: { image: 'r.example/constructor' } });
    const index = indexOf([{ kind: 'Pod', name: 'x', image: 'constructor' }], [TOOL]);
    const usage = usageOf(index, imageClassifier(catalog), catalog.clientOf);
    expect(usage.entries.get('constructor')?.workloads).toBe(1);
  });

  it('sees who runs a former image, under its URL and under an alias at its host', () => {
    const catalog = lookupOf({
      node20: { image: 's.example/node20', aliases: ['tf-node20'], formerImages: ['r.example/node20-old'] },
    });
    const pods: Told[] = ['r.example/node20-old', 'r.example/tf-node20:latest'].map((image, i) => ({
      kind: 'Pod',
      name: `p${i}`,
      image,
    }));
    const { entries, shortNames, urls } = usageOf(indexOf(pods), imageClassifier(catalog), catalog.clientOf);
    expect(entries.get('node20')?.first).toEqual(['tool-wikibugs/Pod/p0', 'tool-wikibugs/Pod/p1']);
    expect(urls.get('r.example/node20-old')?.first).toEqual(['tool-wikibugs/Pod/p0']);
    expect(shortNames.get('tf-node20')?.first).toEqual(['tool-wikibugs/Pod/p1']);
  });
});

describe('usage by client', () => {
  const managedBy = (label: string, name: string, image = URL): Told => ({
    kind: 'Pod',
    name,
    image,
    labels: { 'app.kubernetes.io/managed-by': label },
  });
  const users = (...names: string[]) => ({
    workloads: names.length,
    tools: [TOOL],
    first: names.map((name) => `tool-wikibugs/Pod/${name}`),
  });

  it('is that of webservice, of jobs-api and of all others, each workload counted once', () => {
    const usage = usageBy([
      managedBy('webservice', 'web', 'python3.7'),
      managedBy('toolforge-jobs-framework', 'job'),
      managedBy('Helm', 'helm'),
      { kind: 'Pod', name: 'shell', image: URL },
    ]);
    expect(usage.entries).toEqual(new Map([['python3.7', users('helm', 'job', 'shell', 'web')]]));
    const by = (...names: string[]) => ({
      entries: new Map([['python3.7', users(...names)]]),
      urls: new Map([[URL, users(...names)]]),
    });
    expect(usage.byClient).toEqual(
      new Map([
        ['webservice', by('web')],
        ['toolforge-jobs-framework', by('job')],
        ['*', by('helm', 'shell')],
      ]),
    );
  });

  it('is told apart by the clients that the precedence names, beside those of the readers', () => {
    const catalog = buildLookup(lookup.catalog, { '*': ['image'], builds: ['image'] });
    const index = indexOf([managedBy('builds', 'build'), managedBy('webservice', 'web')]);
    const { byClient } = usageOf(index, imageClassifier(catalog), catalog.clientOf);
    expect([...byClient.keys()].sort()).toEqual(['builds', 'webservice']);
  });

  it('has nothing of a client without a workload', () => {
    expect(usageBy([]).byClient).toEqual(new Map());
  });
});

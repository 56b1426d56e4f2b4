import { describe, expect, it } from 'vitest';
import { buildLookup } from '../../src/catalog/lookup.ts';
import { imageClassifier } from '../../src/usage/image-classification.ts';
import { unlistedImages, usageOf } from '../../src/usage/usage-of.ts';
import { lookupOf } from '../support/catalog.ts';
import { indexOf, type TestObject, TOOL } from '../support/workloads.ts';

const URL = 'r.example/toolforge-python37-sssd-web';
const lookup = lookupOf({
  'python3.7': { image: URL, aliases: ['tf-python37'], state: 'deprecated' },
  'python3.11': { image: 'r.example/toolforge-python311-sssd-web' },
});

const usageBy = (all: readonly TestObject[], tools?: readonly string[]) =>
  usageOf(indexOf(all, tools), imageClassifier(lookup), lookup.clientOf);

const web: readonly TestObject[] = [
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

  it('includes Pods that still run the former image of their Deployment', () => {
    const [, ...left] = web;
    const deployment: TestObject = {
      kind: 'Deployment',
      name: 'web',
      image: 'r.example/toolforge-python311-sssd-web',
    };
    expect([...usageBy([deployment, ...left]).entries.keys()].sort()).toEqual(['python3.11', 'python3.7']);
  });

  it('includes a CronJob between two runs', () => {
    const { shortNames, urls } = usageBy([{ kind: 'CronJob', name: 'hourly', image: 'tf-python37' }]);
    expect(shortNames.get('tf-python37')?.first).toEqual(['tool-wikibugs/CronJob/hourly']);
    // The URL that its next run will pull.
    expect(urls.get(URL)?.first).toEqual(['tool-wikibugs/CronJob/hourly']);
  });

  it('includes the alias that admission replaced on a Pod with the URL', () => {
    const annotations = { 'requested.image-config.toolforge.org/main': 'tf-python37' };
    const { shortNames, urls } = usageBy([
      { kind: 'Pod', name: 'shell', image: `${URL}:latest`, annotations },
    ]);
    expect([...shortNames.keys(), ...urls.keys()]).toEqual(['tf-python37', URL]);
  });

  it('includes a URL in an image volume, but not a short name there, with which the Pod never starts', () => {
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

  it('includes an image that runs behind a sidecar that the catalog does not list', () => {
    const spec = {
      initContainers: [{ name: 'wait', image: 'harbor.example/tool-wikibugs/wait:latest' }],
      containers: [
        { name: 'proxy', image: 'quay.example/envoy:v1' },
        { name: 'main', image: `${URL}:latest` },
      ],
    };
    expect(usageBy([{ kind: 'Deployment', name: 'web', spec }]).entries.get('python3.7')?.first).toEqual([
      'tool-wikibugs/Deployment/web',
    ]);
  });

  it('includes each image of a workload with several', () => {
    const images = [URL, 'quay.example/envoy:v1', 'python3.11', 'tf-python37'];
    const spec = { containers: images.map((image, i) => ({ name: `c${i}`, image })) };
    const { entries, shortNames, urls } = usageBy([{ kind: 'Deployment', name: 'web', spec }]);
    expect([entries, shortNames, urls].map((users) => [...users.keys()].sort())).toEqual([
      ['python3.11', 'python3.7'],
      ['python3.11', 'tf-python37'],
      ['r.example/toolforge-python311-sssd-web', URL],
    ]);
  });

  it('names the first ten workloads in alphabetical order, whatever order the index has', () => {
    // In order, then one after the tenth, then one before all others.
    const names = [...'bcdefghijkl'.split(''), 'z', 'a'];
    const pods: TestObject[] = names.map((name) => ({ kind: 'Pod', name, image: URL }));
    expect(usageBy(pods).entries.get('python3.7')?.first).toEqual(
      'abcdefghij'.split('').map((name) => `tool-wikibugs/Pod/${name}`),
    );
  });

  it('names the first ten of thirty workloads, and counts all', () => {
    const namespaces = Array.from({ length: 15 }, (_, i) => `tool-${String.fromCharCode(111 - i)}`);
    const pods: TestObject[] = namespaces.flatMap((namespace) => [
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

  it('omits namespaces that belong to no tool', () => {
    expect(usageBy([{ kind: 'Pod', name: 'x', namespace: 'kube-system', image: URL }]).entries.size).toBe(0);
  });

  it('includes an entry named `constructor`, like a property of every object', () => {
    const catalog = lookupOf({ constructor: { image: 'r.example/constructor' } });
    const index = indexOf([{ kind: 'Pod', name: 'x', image: 'constructor' }], [TOOL]);
    const usage = usageOf(index, imageClassifier(catalog), catalog.clientOf);
    expect(usage.entries.get('constructor')?.workloads).toBe(1);
  });

  it('includes former images by URL and by HOST/ALIAS', () => {
    const catalog = lookupOf({
      node20: { image: 's.example/node20', aliases: ['tf-node20'], formerImages: ['r.example/node20-old'] },
    });
    const pods: TestObject[] = ['r.example/node20-old', 'r.example/tf-node20:latest'].map((image, i) => ({
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
  const managedBy = (label: string, name: string, image = URL): TestObject => ({
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

  it('is grouped by webservice, jobs-api and all others, each workload counted once', () => {
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

  it('is grouped by the clients that the precedence names, beside those of the readers', () => {
    const catalog = buildLookup(lookup.catalog, { '*': ['image'], builds: ['image'] });
    const index = indexOf([managedBy('builds', 'build'), managedBy('webservice', 'web')]);
    const { byClient } = usageOf(index, imageClassifier(catalog), catalog.clientOf);
    expect([...byClient.keys()].sort()).toEqual(['builds', 'webservice']);
  });

  it('omits a client without a workload', () => {
    expect(usageBy([]).byClient).toEqual(new Map());
  });
});

it('unlisted images are counted by classification, once per root owner', () => {
  const web = { kind: 'Deployment', name: 'web' } as const;
  const all: readonly TestObject[] = [
    { ...web, image: 'old.example/node18' },
    { kind: 'ReplicaSet', name: 'web-abc', owner: web },
    {
      kind: 'Pod',
      name: 'web-abc-1',
      image: 'old.example/node18',
      owner: { kind: 'ReplicaSet', name: 'web-abc' },
    },
    { kind: 'Pod', name: 'a', image: 'nginx' },
    { kind: 'Pod', name: 'b', image: 'harbor.example/tool-b/web:latest' },
    { kind: 'Pod', name: 'c', image: 'node18' },
    {
      kind: 'Pod',
      name: 'd',
      image: 'new.example/x',
      annotations: { 'name.image-config.toolforge.org/main': 'x' },
    },
  ];
  const catalog = lookupOf({ node18: { image: 'new.example/node18' } });
  expect(Object.fromEntries(unlistedImages(indexOf(all), imageClassifier(catalog)))).toEqual({
    orphaned: 1,
    removed: 1,
    unknown: 1,
    built: 1,
  });
});

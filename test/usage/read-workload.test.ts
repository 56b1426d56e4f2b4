import { describe, expect, it } from 'vitest';
import { readWorkload } from '../../src/usage/read-workload.ts';
import { ImageSets } from '../../src/usage/usage-index.ts';
import { wire, workload } from '../support/workloads.ts';

const imageSets = new ImageSets();
const WEB = { kind: 'Deployment', name: 'web' } as const;

describe('a Pod', () => {
  it('is reduced to its containers, its client and what its annotations record', () => {
    const pod = workload({
      kind: 'Pod',
      name: 'web-1',
      labels: { 'app.kubernetes.io/managed-by': 'webservice' },
      annotations: {
        'requested.image-config.toolforge.org/main': 'tf-python39',
        'name.image-config.toolforge.org/main': 'python3.9',
      },
      spec: {
        containers: [{ name: 'main', image: 'r.example/python39:latest' }],
        initContainers: [{ name: 'setup', image: 'r.example/bookworm' }],
        ephemeralContainers: [{ name: 'debugger', image: 'busybox' }],
      },
      owner: { kind: 'ReplicaSet', name: 'web-abc' },
    });
    expect(pod).toEqual({
      kind: 'Pod',
      apiVersion: 'v1',
      namespace: 'tool-wikibugs',
      name: 'web-1',
      uid: 'Pod-tool-wikibugs-web-1',
      since: Date.UTC(2026, 10, 22, 12),
      scaledDown: false,
      owner: { kind: 'ReplicaSet', apiVersion: 'apps/v1', name: 'web-abc', uid: expect.any(String) },
      images: [
        use('main', 'containers', 'r.example/python39:latest', 'tf-python39', 'python3.9'),
        use('setup', 'initContainers', 'r.example/bookworm'),
        use('debugger', 'ephemeralContainers', 'busybox'),
      ],
    });
  });

  it('keeps image volumes with a URL, without the annotations about a container of the same name', () => {
    const pod = workload({
      kind: 'Pod',
      name: 'web-1',
      labels: { 'app.kubernetes.io/managed-by': 'webservice' },
      annotations: { 'requested.image-config.toolforge.org/data': 'tf-python39' },
      spec: {
        containers: [],
        volumes: [
          { name: 'data', image: { reference: 'r.example/python39:latest', pullPolicy: 'Always' } },
          { name: 'short', image: { reference: 'python3.9' } },
          { name: 'empty', image: {} },
          { name: 'tmp', emptyDir: {} },
        ],
      },
    });
    expect(pod.images).toEqual([use('volume data', 'volumes', 'r.example/python39:latest')]);
  });

  it('keeps its images without its annotations when those are not trusted', () => {
    const annotations = {
      'requested.image-config.toolforge.org/main': 'tf-python39',
      'name.image-config.toolforge.org/main': 'python3.9',
    };
    const pod = wire({ kind: 'Pod', name: 'web-1', image: 'r.example/python39', annotations });
    const [read] = readWorkload('Pod', pod, imageSets).images;
    const [ignored] = readWorkload('Pod', pod, imageSets, 'ignored').images;
    expect(read).toMatchObject({ requested: 'tf-python39', recorded: 'python3.9' });
    expect(ignored).toEqual({ ...read, requested: undefined, recorded: undefined });
  });

  it.each(['Succeeded', 'Failed'])('in phase %s uses no image', (phase) => {
    expect(workload({ kind: 'Pod', name: 'job-1', status: { phase } }).images).toEqual([]);
  });

  it.each(['Pending', 'Running', 'Unknown'])('in phase %s uses its images', (phase) => {
    expect(workload({ kind: 'Pod', name: 'job-1', status: { phase } }).images).toHaveLength(1);
  });
});

describe('an object with a Pod template', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'] as const)(
    'uses the images of its template: %s',
    (kind) => {
      const [image] = workload({
        kind,
        name: 'x',
        image: 'tf-node18',
        labels: { 'app.kubernetes.io/managed-by': 'me' },
      }).images;
      expect(image).toMatchObject({ container: 'main', image: 'tf-node18', client: 'me' });
    },
  );

  it('ignores our annotations on its template, which no webhook corrects', () => {
    const annotations = { 'requested.image-config.toolforge.org/main': 'tf-python39' };
    const [use] = workload({ kind: 'Deployment', name: 'web', annotations }).images;
    expect(use).toMatchObject({ requested: undefined, recorded: undefined });
  });

  it('uses no image if it is a ReplicaSet of a Deployment, which counts by itself', () => {
    expect(workload({ kind: 'ReplicaSet', name: 'web-abc', owner: WEB }).images).toEqual([]);
  });

  it('uses no image if it is a Job of a CronJob', () => {
    expect(workload({ kind: 'Job', name: 'x-1', owner: { kind: 'CronJob', name: 'x' } }).images).toEqual([]);
  });

  it.each(['Complete', 'Failed'])('uses no image if it is a finished Job (%s)', (type) => {
    const status = {
      conditions: [
        { type: 'Suspended', status: 'False' },
        { type, status: 'True' },
      ],
    };
    expect(workload({ kind: 'Job', name: 'x', status }).images).toEqual([]);
  });

  it('uses its images if it is a suspended Job, which may be resumed', () => {
    const status = { conditions: [{ type: 'Suspended', status: 'True' }] };
    expect(workload({ kind: 'Job', name: 'x', status }).images).toHaveLength(1);
  });
});

describe('an owner', () => {
  it('is the owner reference with `controller: true`', () => {
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: '1' },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'b', uid: '2', controller: true },
    ];
    const metadata = { name: 'x', namespace: 'tool-a', uid: '3', ownerReferences };
    expect(readWorkload('Pod', { metadata, spec: {} }, imageSets).owner).toMatchObject({ name: 'b' });
  });
});

describe('a field that Go omits or writes as null', () => {
  it.each([
    ['no spec', {}],
    ['null', { spec: null, status: null }],
    [
      'null lists',
      { spec: { containers: null, initContainers: null, volumes: null }, status: { conditions: null } },
    ],
    ['a container without an image', { spec: { containers: [{ name: 'a' }] } }],
  ])('is read as no image: %s', (_, rest) => {
    const metadata = {
      name: 'x',
      namespace: 'tool-a',
      uid: '3',
      labels: null,
      annotations: null,
      ownerReferences: null,
    };
    expect(readWorkload('Pod', { metadata, ...rest }, imageSets).images).toEqual([]);
  });

  it.each(['Deployment', 'CronJob', 'Job'] as const)('is read as no image of a %s', (kind) => {
    for (const spec of [undefined, null, {}, { template: null, jobTemplate: null }])
      expect(readWorkload(kind, { metadata: { name: 'x', uid: '1' }, spec }, imageSets).images).toEqual([]);
  });
});

const use = (container: string, list: string, image: string, requested?: string, recorded?: string) => ({
  container,
  list,
  image,
  client: 'webservice',
  requested,
  recorded,
});

describe('a text of unlimited length', () => {
  const long = 'x'.repeat(1_300_000);

  it('is cut in images, recorded names and owners', () => {
    const pod = workload({
      kind: 'Pod',
      name: 'p',
      image: long,
      annotations: {
        'requested.image-config.toolforge.org/main': long,
        'name.image-config.toolforge.org/main': long,
      },
      owner: { kind: 'ReplicaSet', name: long },
    });
    expect(JSON.stringify(pod).length).toBeLessThan(2_000);
  });

  it('is kept up to the length that the catalog and Kubernetes allow', () => {
    const image = 'i'.repeat(512);
    const shortName = 's'.repeat(63);
    const [name, uid] = ['n'.repeat(253), 'u'.repeat(128)];
    const pod = {
      metadata: {
        ...{ name: 'p', namespace: 'tool-a', uid: '1' },
        annotations: {
          'requested.image-config.toolforge.org/main': shortName,
          'name.image-config.toolforge.org/main': `${shortName}x`,
        },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }],
      },
      spec: {
        containers: [
          { name: 'main', image },
          { name: 'other', image: `${image}i` },
        ],
      },
    };
    const { images, owner } = readWorkload('Pod', pod, imageSets);
    expect(images).toMatchObject([
      { image, requested: shortName, recorded: undefined },
      { image: `${image}…` },
    ]);
    expect(owner).toMatchObject({ name, uid });
  });

  it('leaves out an owner that is a Pod or of a kind that is not watched', () => {
    for (const owner of [
      { kind: long, name: long, apiVersion: long },
      { kind: 'Pod', name: long, apiVersion: 'v1' },
    ])
      expect(workload({ kind: 'Pod', name: 'p', owner }).owner).toEqual({
        apiVersion: '',
        kind: '',
        name: '',
        uid: '',
      });
  });
});

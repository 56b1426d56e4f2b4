import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditRow, auditRows, isFinding, statuses } from '../../src/usage/audit-rows.ts';
import { imageClassifier } from '../../src/usage/image-classification.ts';
import type { Workload } from '../../src/usage/workload.ts';
import { lookupOf } from '../support/catalog.ts';
import { indexOf, type TestObject, TOOL, workload } from '../support/workloads.ts';

const R = 'r.example';
const lookup = lookupOf({
  old: {
    state: 'deprecated',
    image: `${R}/old-web`,
    aliases: ['tf-old', 'old-base'],
    deprecation: { replacement: 'new', removal: '2026-11-22' },
  },
  new: { image: `${R}/new-web`, aliases: ['tf-new'] },
  soon: { state: 'beta', image: `${R}/soon` },
});
const TODAY = '2026-11-22';

const rowsOf = (all: readonly TestObject[], today = TODAY, tools = [TOOL]): AuditRow[] =>
  auditRows(indexOf(all, tools), imageClassifier(lookup), today);

/** `tool Kind/name status what: containers, Pods, clients`. */
const brief = ({ owner, containers, fact, images, pods, askedBy }: AuditRow): string =>
  `${owner.namespace} ${owner.kind}/${owner.name} ${fact.status} ${fact.name ?? images.join(' ')}: ${containers.join('+')}, ${pods} Pods, ${askedBy.join(' ')}`;

const statusOf = (image: string, annotations = {}, today = TODAY): string | undefined =>
  rowsOf([{ kind: 'Pod', name: 'p', image, annotations }], today)[0]?.fact.status;

describe('the status of an image', () => {
  it.each([
    ['deprecated', 'of a deprecated entry', 'old'],
    ['deprecated', 'of a deprecated entry, by an alias at its host', `${R}/old-base:latest`],
    ['current', 'of a stable entry', `${R}/new-web`],
    ['current', 'of a beta entry', `${R}/soon`],
    ['orphaned', "at another host, of an entry's repository", 'elsewhere.example/new-web:latest'],
    ['orphaned', 'at another host, by an alias', 'elsewhere.example/tf-new'],
    ['build-service', 'of the build service', 'harbor.example/tool-x/app:latest'],
    ['unknown', 'of no catalog and no build service', 'nginx:1.27'],
    ['unknown', 'with another tag', `${R}/new-web:v2`],
  ])('is %s: %s', (status, _, image) => expect(statusOf(image)).toBe(status));

  it('is removed when its recorded entry is gone', () => {
    const annotations = { 'name.image-config.toolforge.org/main': 'older' };
    const [row] = rowsOf([{ kind: 'Pod', name: 'p', image: `${R}/older-web`, annotations }]);
    expect(row?.fact).toMatchObject({ status: 'removed', name: 'older' });
  });

  it('is past-removal from the day after the removal date', () => {
    expect([statusOf('old', {}, '2026-11-22'), statusOf('old', {}, '2026-11-23')]).toEqual([
      'deprecated',
      'past-removal',
    ]);
  });

  it('is a finding unless it is current or from the build service', () => {
    expect(statuses.filter((status) => !isFinding(status))).toEqual(['current', 'build-service']);
  });
});

describe('an image volume', () => {
  const mounting = (reference: string) => ({
    containers: [{ name: 'main', image: `${R}/old-web` }],
    volumes: [{ name: 'data', image: { reference } }],
  });

  it('with a URL of the catalog is in the row of the entry', () => {
    expect(rowsOf([{ kind: 'Pod', name: 'p', spec: mounting(`${R}/old-web:latest`) }]).map(brief)).toEqual([
      `${TOOL} Pod/p deprecated old: main+volume data, 1 Pods, ${R}/old-web`,
    ]);
  });

  it('with any other image has no row', () => {
    expect(rowsOf([{ kind: 'Pod', name: 'p', spec: mounting('ghcr.io/data:v1') }]).map(brief)).toEqual([
      `${TOOL} Pod/p deprecated old: main, 1 Pods, ${R}/old-web`,
    ]);
  });
});

describe('audit rows', () => {
  const web: TestObject = {
    kind: 'Deployment',
    name: 'web',
    image: 'tf-old',
    created: '2024-01-01T00:00:00Z',
  };
  const set: TestObject = { kind: 'ReplicaSet', name: 'web-1', owner: web };
  const pod = (name: string, image: string, rest: Partial<TestObject> = {}): TestObject => ({
    kind: 'Pod',
    name,
    image,
    owner: set,
    ...rest,
  });

  it('merge a template and its Pods into one row per entry, whichever image of the entry they run', () => {
    const requested = { 'requested.image-config.toolforge.org/main': 'tf-old' };
    const rows = rowsOf([
      web,
      set,
      pod('a', `${R}/old-web:latest`, { annotations: requested }),
      pod('b', `${R}/old-base`),
    ]);
    expect(rows.map(brief)).toEqual([`${TOOL} Deployment/web deprecated old: main, 2 Pods, old-base tf-old`]);
    expect(rows[0]?.images).toEqual([`${R}/old-base`, `${R}/old-web:latest`, 'tf-old']);
  });

  it('have the gravest status where a template has a listed image and its Pods a former one', () => {
    const rows = rowsOf([web, set, pod('a', 'elsewhere.example/old-web:latest')]);
    expect(rows.map(brief)).toEqual([
      `${TOOL} Deployment/web orphaned old: main, 1 Pods, elsewhere.example/old-web tf-old`,
    ]);
  });

  it('merge the short name of a removed entry in a template with the URL of its Pods', () => {
    const annotations = {
      'requested.image-config.toolforge.org/main': 'tf-older:latest',
      'name.image-config.toolforge.org/main': 'older',
    };
    for (const image of ['tf-older', 'older:latest']) {
      const rows = rowsOf([{ ...web, image }, set, pod('a', `${R}/older-web:latest`, { annotations })]);
      expect(rows.map(({ fact, pods }) => [fact.status, fact.name, pods])).toEqual([['removed', 'older', 1]]);
    }
  });

  it('keep a template whose short name belongs to another entry by now, beside the Pods of a removed one', () => {
    const annotations = {
      'requested.image-config.toolforge.org/main': 'tf-new',
      'name.image-config.toolforge.org/main': 'older',
    };
    const rows = rowsOf([
      { ...web, image: 'tf-new' },
      set,
      pod('a', `${R}/older-web:latest`, { annotations }),
    ]);
    expect(rows.map(({ fact, pods }) => [fact.status, fact.name, pods])).toEqual([
      ['removed', 'older', 1],
      ['current', 'new', 0],
    ]);
  });

  it('merge an unknown image with and without the tag latest', () => {
    const containers = ['nginx', 'nginx:latest', 'nginx:1'].map((image, i) => ({ name: `c${i}`, image }));
    const rows = rowsOf([{ kind: 'Pod', name: 'p', spec: { containers } }]);
    expect(rows.map(({ images }) => images)).toEqual([['nginx', 'nginx:latest'], ['nginx:1']]);
  });

  it('have the creation time of the oldest object', () => {
    const [row] = rowsOf([web, set, pod('a', 'old', { created: '2023-05-06T07:08:09Z' })]);
    expect(row?.since).toBe(Date.UTC(2023, 4, 6, 7, 8, 9));
  });

  it('have no time when no object has a creation time', () => {
    expect(rowsOf([{ kind: 'Pod', name: 'a', image: 'old', created: '' }])[0]?.since).toBeUndefined();
  });

  it('count a Pod once when several containers have the image', () => {
    const containers = [
      { name: 'b', image: 'old' },
      { name: 'a', image: `${R}/old-web` },
    ];
    const initContainers = [{ name: 'setup', image: 'tf-old' }];
    const rows = rowsOf([{ kind: 'Pod', name: 'p', spec: { containers, initContainers } }]);
    expect(rows.map(brief)).toEqual([
      `${TOOL} Pod/p deprecated old: a+b+setup, 1 Pods, old ${R}/old-web tf-old`,
    ]);
  });

  it('omit finished Pods and namespaces that belong to no tool', () => {
    const over = pod('over', 'old', { status: { phase: 'Succeeded' } });
    expect(rowsOf([over, { kind: 'Pod', name: 'x', image: 'old', namespace: 'kube-system' }])).toEqual([]);
  });

  it('are ordered by tool, kind and name of the owner, then severity of the status', () => {
    const containers = ['nginx', 'old', 'soon', `x.example/new-web`].map((image, i) => ({
      name: `c${i}`,
      image,
    }));
    const rows = rowsOf(
      [
        { kind: 'Pod', name: 'z', namespace: 'tool-a', image: 'old' },
        { kind: 'Pod', name: 'a', spec: { containers } },
        { kind: 'CronJob', name: 'z', image: 'old' },
        { kind: 'Pod', name: 'B', image: 'old' },
      ],
      TODAY,
      [TOOL, 'tool-a'],
    );
    expect(
      rows.map(({ owner, fact }) => `${owner.namespace} ${owner.kind}/${owner.name} ${fact.status}`),
    ).toEqual([
      'tool-a Pod/z deprecated',
      `${TOOL} CronJob/z deprecated`,
      `${TOOL} Pod/B deprecated`,
      `${TOOL} Pod/a orphaned`,
      `${TOOL} Pod/a deprecated`,
      `${TOOL} Pod/a unknown`,
      `${TOOL} Pod/a current`,
    ]);
  });

  it('of one owner are ordered by status as `statuses` lists them', () => {
    const containers = ['old', `${R}/older`, 'x.example/new-web', 'soon', 'nginx', 'h.example/tool-x/y'];
    const rows = rowsOf(
      [
        {
          kind: 'Pod',
          name: 'p',
          annotations: { 'name.image-config.toolforge.org/c1': 'older' },
          spec: { containers: containers.map((image, i) => ({ name: `c${i}`, image })) },
        },
      ],
      '2026-11-23',
    );
    expect(rows.map(({ fact }) => fact.status)).toEqual(statuses.filter((status) => status !== 'deprecated'));
  });

  it('have at most ten statuses, so that one digit of the status sorts them', () => {
    expect(statuses.length).toBeLessThanOrEqual(10);
  });
});

const images = [
  'old',
  'tf-old',
  `${R}/old-web:latest`,
  'new',
  'x.example/new-web',
  'nginx',
  'h.example/tool-x/y',
];

const arbitraryWorkloads = fc
  .array(
    fc.record({
      tool: fc.constantFrom('tool-a', 'tool-b', 'other'),
      app: fc.constantFrom('web', 'bot'),
      template: fc.constantFrom(...images),
      running: fc.array(fc.array(fc.constantFrom(...images), { minLength: 1, maxLength: 3 }), {
        maxLength: 3,
      }),
      alone: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((apps) => apps.flatMap((app, at) => workloadsOf(app, at)));

function workloadsOf(
  {
    tool,
    app,
    template,
    running,
    alone,
  }: {
    readonly tool: string;
    readonly app: string;
    readonly template: string;
    readonly running: readonly (readonly string[])[];
    readonly alone: boolean;
  },
  at: number,
): TestObject[] {
  const namespace = tool;
  const deployment: TestObject = { kind: 'Deployment', name: `${app}-${at}`, namespace, image: template };
  const set: TestObject = { kind: 'ReplicaSet', name: `${app}-${at}-1`, namespace, owner: deployment };
  const pods = running.map(
    (containers, pod): TestObject => ({
      kind: 'Pod',
      name: `${app}-${at}-1-${pod}`,
      namespace,
      spec: { containers: containers.map((image, i) => ({ name: `c${i}`, image })) },
      ...(!alone && { owner: set }),
    }),
  );
  return alone ? pods : [deployment, set, ...pods];
}

/** The expected rows without an index: a loop over every container of every workload. */
function modelOf(all: readonly TestObject[], tools: readonly string[]): string[] {
  const workloads: Workload[] = all.map((given) => workload(given));
  const above = (one: Workload): Workload => {
    const owner = workloads.find(({ uid }) => uid === one.owner?.uid);
    return owner ? above(owner) : one;
  };
  const classify = imageClassifier(lookup);
  const rows = new Map<string, { kinds: Set<string>; containers: Set<string>; pods: Set<string> }>();
  for (const one of workloads.filter(({ namespace }) => tools.includes(namespace))) {
    for (const use of one.images) {
      const classification = classify(use);
      const what = 'entry' in classification ? classification.entry.name : use.image.replace(/:latest$/, '');
      const root = above(one);
      const id = `${root.namespace} ${root.kind}/${root.name} ${what}`;
      const row = rows.get(id) ?? { kinds: new Set(), containers: new Set(), pods: new Set() };
      row.kinds.add(classification.kind);
      row.containers.add(use.container);
      if (one.kind === 'Pod') row.pods.add(one.uid);
      rows.set(id, row);
    }
  }
  return Array.from(
    rows,
    ([id, { kinds, containers, pods }]) =>
      `${id}: ${kinds.has('orphaned') ? 'orphaned' : [...kinds].join()}, ${[...containers].sort().join('+')}, ${pods.size}`,
  );
}

const kindByStatus = { deprecated: 'listed', current: 'listed', 'build-service': 'built' } as const;

it('audit rows agree with a model that visits each container', () => {
  fc.assert(
    fc.property(arbitraryWorkloads, (all) => {
      const tools = ['tool-a', 'tool-b'];
      const rows = rowsOf(all, TODAY, tools).map(({ owner, fact, containers, pods }) => {
        const kind = kindByStatus[fact.status as keyof typeof kindByStatus] ?? fact.status;
        return `${owner.namespace} ${owner.kind}/${owner.name} ${fact.group}: ${kind}, ${containers.join('+')}, ${pods}`;
      });
      expect(rows.sort()).toEqual(modelOf(all, tools).sort());
    }),
  );
});

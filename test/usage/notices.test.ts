import { describe, expect, it } from 'vitest';
import { imageClassifier } from '../../src/usage/image-classification.ts';
import { notices } from '../../src/usage/notices.ts';
import { lookupOf } from '../support/catalog.ts';
import { indexOf, type TestObject, workload } from '../support/workloads.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 30);
const URL = 'r.example/toolforge-python37-sssd-web';
const lookup = lookupOf({
  'python3.7': {
    image: URL,
    aliases: ['tf-python37'],
    state: 'deprecated',
    deprecation: { replacement: 'python3.11', removal: '2027-03-01', url: 'https://wikitech.example/x' },
  },
  'python3.11': { image: 'r.example/toolforge-python311-sssd-web', aliases: ['tf-python311'] },
});

/** Each notice as `DeprecatedImage on Deployment web and Pod web-1: …`. */
const noticesOf = (all: readonly TestObject[], now = NOW, by = lookup): string[] =>
  [...notices(indexOf(all), imageClassifier(by), now).values()].map(
    ({ reason, message, about }) =>
      `${reason} on ${about.map(({ kind, name }) => `${kind} ${name}`).join(' and ')}: ${message}`,
  );

const FACT = 'python3.7 is deprecated; use python3.11; removal on 2027-03-01; see https://wikitech.example/x';
const web = { kind: 'Deployment', name: 'web' } as const;
const set: TestObject = { kind: 'ReplicaSet', name: 'web-abc', owner: web };
const podOfWeb = (name: string, more: Partial<TestObject> = {}): TestObject => ({
  ...{ kind: 'Pod', name, image: `${URL}:latest`, owner: { kind: 'ReplicaSet', name: 'web-abc' } },
  ...more,
});

describe('a misspelt short name', () => {
  const FATE = 'The image stays as it is, and Pods with it will not start';

  it('gives a notice on the owner, with the name that is probably meant and what happens next', () => {
    expect(noticesOf([{ ...web, image: 'pyhton3.11' }])).toEqual([
      `UnknownImage on Deployment web: no image pyhton3.11 in the catalog; did you mean python3.11? ${FATE} (container main)`,
    ]);
  });

  it('gives one notice, with and without the tag latest', () => {
    const spec = {
      containers: [
        { name: 'a', image: 'pyhton3.11' },
        { name: 'b', image: 'pyhton3.11:latest' },
      ],
    };
    expect(noticesOf([{ kind: 'Pod', name: 'p', spec }])).toEqual([
      `UnknownImage on Pod p: no image pyhton3.11 in the catalog; did you mean python3.11? ${FATE} (containers a, b)`,
    ]);
  });

  it('gives a Warning that is renewed as long as it holds', () => {
    const all = notices(
      indexOf([{ kind: 'Pod', name: 'p', image: 'tf-pyhton311' }]),
      imageClassifier(lookup),
      NOW,
    );
    expect([...all.values()]).toMatchObject([{ type: 'Warning', reason: 'UnknownImage', ongoing: true }]);
  });

  it('is compared with the catalog for at most ten names of one Pod, so that one tool cannot use up the comparisons', () => {
    let compared = 0;
    const counting: typeof lookup = {
      ...lookup,
      suggest: (name) => {
        compared += 1;
        return lookup.suggest(name);
      },
    };
    const containers = Array.from({ length: 50 }, (_, i) => ({ name: `c${i}`, image: `python3.${i + 12}` }));
    expect(noticesOf([{ kind: 'Pod', name: 'p', spec: { containers } }], NOW, counting)).toHaveLength(10);
    expect(compared).toBe(10);
  });

  it('has a bounded name in its message', () => {
    const [words = ''] = noticesOf([{ kind: 'Pod', name: 'p', image: `python3.${'1'.repeat(400)}` }]);
    expect(words).toMatch(
      /^UnknownImage on Pod p: no image python3\.1+… in the catalog; did you mean python3/,
    );
    expect(words.length).toBeLessThan(300);
  });

  it('of eighty characters is whole in its message', () => {
    const shown = (length: number) =>
      noticesOf([{ kind: 'Pod', name: 'p', image: 'python3.'.padEnd(length, '1') }])[0]?.split(' ')[6];
    expect([shown(80), shown(81)]).toEqual(['python3.'.padEnd(80, '1'), `${'python3.'.padEnd(80, '1')}…`]);
  });

  it.each(['nginx', 'pyhton3.11:v1', 'r.example/pyhton3.11'])(
    'is not assumed for %s, which gives no notice',
    (image) => {
      expect(noticesOf([{ kind: 'Pod', name: 'p', image }])).toEqual([]);
    },
  );
});

describe('a short name that was written with the tag latest', () => {
  it('gives a notice that has the name without the tag', () => {
    const annotations = {
      'requested.image-config.toolforge.org/main': 'tf-python311:latest',
      'name.image-config.toolforge.org/main': 'python3.11',
    };
    const image = 'r.example/toolforge-python311-sssd-web:latest';
    expect(noticesOf([{ kind: 'Pod', name: 'p', image, annotations }])).toEqual([
      `ImageResolved on Pod p: tf-python311 is python3.11, ${image} (container main)`,
    ]);
  });
});

describe('a deprecated image', () => {
  it('gives a notice on a Pod without an owner', () => {
    expect(noticesOf([{ kind: 'Pod', name: 'shell', image: URL }])).toEqual([
      `DeprecatedImage on Pod shell: ${FACT} (container main)`,
    ]);
  });

  it('gives one notice on the root owner and the oldest of its Pods', () => {
    // The newest has the first name, and of the oldest two the second has.
    const pods = [
      podOfWeb('web-abc-1', { created: '2026-11-22T11:00:00Z' }),
      podOfWeb('web-abc-3', { created: '2026-11-22T10:00:00Z' }),
      podOfWeb('web-abc-2', { created: '2026-11-22T10:00:00Z' }),
    ];
    for (const inSomeOrder of [pods, pods.toReversed()])
      expect(noticesOf([{ ...web, image: URL }, set, ...inSomeOrder])).toEqual([
        `DeprecatedImage on Deployment web and Pod web-abc-2: ${FACT} (container main)`,
      ]);
  });

  it('gives its second notice on a Pod, never on a Job between CronJob and Pod', () => {
    const job: TestObject = {
      ...{ kind: 'Job', name: 'hourly-1', image: URL, created: '2026-11-22T09:00:00Z' },
      owner: { kind: 'CronJob', name: 'hourly' },
    };
    const pod: TestObject = { ...podOfWeb('hourly-1-a'), owner: { kind: 'Job', name: 'hourly-1' } };
    const cronJob: TestObject = { kind: 'CronJob', name: 'hourly', image: URL };
    expect([noticesOf([cronJob, job]), noticesOf([cronJob, job, pod])]).toEqual([
      [`DeprecatedImage on CronJob hourly: ${FACT} (container main)`],
      [`DeprecatedImage on CronJob hourly and Pod hourly-1-a: ${FACT} (container main)`],
    ]);
  });

  it('gives a notice on a workload with a sidecar that is not deprecated, or that the catalog does not list', () => {
    const spec = {
      containers: [
        { name: 'proxy', image: 'quay.example/envoy:v1' },
        { name: 'cron', image: 'r.example/toolforge-python311-sssd-web:latest' },
        { name: 'main', image: URL },
      ],
    };
    expect(noticesOf([{ kind: 'Deployment', name: 'web', spec }])).toEqual([
      `DeprecatedImage on Deployment web: ${FACT} (container main)`,
    ]);
  });

  it('gives a notice on each workload that runs, beside one that is scaled down or whose owner is unknown', () => {
    const all: readonly TestObject[] = [
      { kind: 'Deployment', name: 'scaled-down', image: URL, scale: { replicas: 0 } },
      { kind: 'Deployment', name: 'web', image: URL },
      podOfWeb('orphan', { image: URL }),
      { kind: 'Pod', name: 'shell', image: URL },
    ];
    expect(noticesOf(all)).toEqual([
      `DeprecatedImage on Pod shell: ${FACT} (container main)`,
      `DeprecatedImage on Deployment web: ${FACT} (container main)`,
    ]);
  });

  it('gives a notice on a CronJob between two runs', () => {
    expect(noticesOf([{ kind: 'CronJob', name: 'hourly', image: 'tf-python37' }])).toEqual([
      `DeprecatedImage on CronJob hourly: ${FACT} (container main)`,
    ]);
  });

  it('gives the newer version and the general help page when its entry has no replacement and no URL', () => {
    const node16 = { image: 'r.example/node16', state: 'deprecated', newer: 'node20' };
    const general = lookupOf({ node16: { ...node16, helpUrl: 'https://example.org/images' } });
    expect(noticesOf([{ kind: 'Pod', name: 'shell', image: 'r.example/node16' }], NOW, general)).toEqual([
      'DeprecatedImage on Pod shell: node16 is deprecated; newer: node20; see https://example.org/images (container main)',
    ]);
  });

  it('gives one notice for all containers that run it', () => {
    const spec = { containers: ['web', 'app'].map((name) => ({ name, image: URL })) };
    expect(noticesOf([{ kind: 'Pod', name: 'two', spec }])).toEqual([
      `DeprecatedImage on Pod two: ${FACT} (containers app, web)`,
    ]);
  });

  it('names image volumes as volumes, after the containers', () => {
    const named = (containers: readonly string[], volumes: readonly string[]) => {
      const spec = {
        containers: containers.map((name) => ({ name, image: URL })),
        volumes: volumes.map((name) => ({ name, image: { reference: URL } })),
      };
      return noticesOf([{ kind: 'Pod', name: 'p', spec }])[0]?.replace(
        `DeprecatedImage on Pod p: ${FACT} `,
        '',
      );
    };
    expect(named([], ['data'])).toBe('(volume data)');
    expect(named(['web'], ['data'])).toBe('(container web, volume data)');
    expect(named(['x', 'web'], ['more', 'data'])).toBe('(containers web, x, volume data, volume more)');
    expect(named(['x', 'web'], ['a', 'b', 'c'])).toBe('(containers web, x, volume a, volume b, volume c)');
    expect(named(['x', 'web'], ['a', 'b', 'c', 'd'])).toBe(
      '(containers web, x, volume a, volume b, volume c and 1 more)',
    );
  });

  it('has its deprecation first in the message, before a bounded list of containers', () => {
    const containers = Array.from({ length: 20 }, (_, i) => ({ name: `${'n'.repeat(60)}${i}`, image: URL }));
    const [words = ''] = noticesOf([{ kind: 'Pod', name: 'many', spec: { containers } }]);
    expect(words).toContain(`: ${FACT} (containers nnn`);
    expect(words).toMatch(/ and 15 more\)$/);
    expect(words.length).toBeLessThan(1_024);
  });

  it.each<[string, TestObject]>([
    ['scaled to zero', { kind: 'Deployment', name: 'x', image: URL, scale: { replicas: 0 } }],
    ['suspended', { kind: 'CronJob', name: 'x', image: URL, scale: { suspend: true } }],
  ])('gives no notice on an object that is %s, since nothing of it runs', (_, object) => {
    expect(workload(object).images).toHaveLength(1);
    expect(noticesOf([object])).toEqual([]);
    expect(noticesOf([{ ...object, scale: {} }])).toHaveLength(1);
  });

  it('gives no notice on a Pod whose owner is not in the index yet', () => {
    expect(noticesOf([podOfWeb('web-abc-1')])).toEqual([]);
  });

  it('gives no notice on a finished Pod, nor in a namespace that belongs to no tool', () => {
    const ended: TestObject = { kind: 'Pod', name: 'a', image: URL, status: { phase: 'Failed' } };
    expect(noticesOf([ended, { kind: 'Pod', name: 'b', namespace: 'kube-system', image: URL }])).toEqual([]);
  });

  it('gives a notice that says when the removal date has passed', () => {
    const shell: TestObject = { kind: 'Pod', name: 'shell', image: URL };
    const [onTheDay] = noticesOf([shell], Date.UTC(2027, 2, 1, 23, 59, 59));
    expect(onTheDay).toContain('removal on 2027-03-01');
    const [words] = noticesOf([shell], Date.UTC(2027, 2, 2));
    expect(words).toContain('its removal date 2027-03-01 has passed');
  });

  it('gives the same notice id in every replica, and another id for another uid', () => {
    const idsOf = (uid: string) => [
      ...notices(indexOf([{ kind: 'Pod', name: 'a', uid, image: URL }]), imageClassifier(lookup), NOW).keys(),
    ];
    expect(idsOf('1')).toEqual(idsOf('1'));
    expect(idsOf('1')).not.toEqual(idsOf('2'));
  });
});

describe('a resolved short name', () => {
  const pod = (requested: string, created = '2026-11-22T12:00:00Z'): TestObject => ({
    kind: 'Pod',
    name: 'job-1',
    created,
    image: 'r.example/toolforge-python311-sssd-web:latest',
    annotations: { 'requested.image-config.toolforge.org/main': requested },
    owner: { kind: 'Job', name: 'job' },
  });
  const job: TestObject = { kind: 'Job', name: 'job', image: 'tf-python311' };

  it('gives a notice on the root owner and on the Pod', () => {
    expect(noticesOf([job, pod('tf-python311')])).toEqual([
      'ImageResolved on Job job and Pod job-1: tf-python311 is python3.11, r.example/toolforge-python311-sssd-web:latest (container main)',
    ]);
  });

  it('gives a notice of the type Normal, where a deprecated image gives a Warning', () => {
    const shell: TestObject = { kind: 'Pod', name: 'shell', image: URL };
    const all = notices(indexOf([job, pod('tf-python311'), shell]), imageClassifier(lookup), NOW);
    expect([...all.values()].map(({ reason, type }) => `${reason} ${type}`).sort()).toEqual([
      'DeprecatedImage Warning',
      'ImageResolved Normal',
    ]);
  });

  it('that is the name of its entry is written once in the message', () => {
    expect(noticesOf([job, pod('python3.11')])).toEqual([
      'ImageResolved on Job job and Pod job-1: python3.11 is r.example/toolforge-python311-sssd-web:latest (container main)',
    ]);
  });

  it('gives no notice on a Pod that is an hour old', () => {
    expect(noticesOf([job, pod('tf-python311', '2026-11-22T11:30:00Z')])).toEqual([]);
  });

  it('gives a notice on a Pod that is younger than an hour, beside one that is older', () => {
    const old = pod('tf-python311', '2026-11-22T11:30:00Z');
    const young = { ...pod('tf-python311', '2026-11-22T11:30:01Z'), name: 'job-2' };
    expect(noticesOf([job, old, young])).toEqual([
      'ImageResolved on Job job and Pod job-2: tf-python311 is python3.11, r.example/toolforge-python311-sssd-web:latest (container main)',
    ]);
  });

  it('gives no notice when the recorded short name belongs to another entry', () => {
    expect(noticesOf([job, pod('tf-python37')])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { imageClassifier } from '../../src/usage/image-classification.ts';
import { notices } from '../../src/usage/notices.ts';
import { readWorkload } from '../../src/usage/read-workload.ts';
import { lookupOf } from '../support/catalog.ts';
import { indexOf, TOOL, type Told, workload } from '../support/workloads.ts';

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

/** `DeprecatedImage on Deployment web and Pod web-1: …`, each. */
const told = (all: readonly Told[], now = NOW, by = lookup): string[] =>
  [...notices(indexOf(all), imageClassifier(by), now).values()].map(
    ({ reason, message, about }) =>
      `${reason} on ${about.map(({ kind, name }) => `${kind} ${name}`).join(' and ')}: ${message}`,
  );

const FACT = 'python3.7 is deprecated; use python3.11; removal on 2027-03-01; see https://wikitech.example/x';
const web = { kind: 'Deployment', name: 'web' } as const;
const set: Told = { kind: 'ReplicaSet', name: 'web-abc', owner: web };
const podOfWeb = (name: string, more: Partial<Told> = {}): Told => ({
  ...{ kind: 'Pod', name, image: `${URL}:latest`, owner: { kind: 'ReplicaSet', name: 'web-abc' } },
  ...more,
});

describe('a deprecated image', () => {
  it('is told on a Pod that stands alone', () => {
    expect(told([{ kind: 'Pod', name: 'shell', image: URL }])).toEqual([
      `DeprecatedImage on Pod shell: ${FACT} (container main)`,
    ]);
  });

  it('is told on the top owner and on the first of its Pods, however many there are', () => {
    const pods = [
      podOfWeb('web-abc-2', { created: '2026-11-22T11:00:00Z' }),
      podOfWeb('web-abc-3', { created: '2026-11-22T10:00:00Z' }),
      podOfWeb('web-abc-1', { created: '2026-11-22T10:00:00Z' }),
    ];
    expect(told([{ ...web, image: URL }, set, ...pods])).toEqual([
      `DeprecatedImage on Deployment web and Pod web-abc-1: ${FACT} (container main)`,
    ]);
  });

  it('is told on a CronJob between two runs', () => {
    expect(told([{ kind: 'CronJob', name: 'hourly', image: 'tf-python37' }])).toEqual([
      `DeprecatedImage on CronJob hourly: ${FACT} (container main)`,
    ]);
  });

  it('has an Event with what is newer and the page about all of them, where its entry has nothing of its own', () => {
    const node16 = { image: 'r.example/node16', state: 'deprecated', newer: 'node20' };
    const general = lookupOf({ node16: { ...node16, helpUrl: 'https://example.org/images' } });
    expect(told([{ kind: 'Pod', name: 'shell', image: 'r.example/node16' }], NOW, general)).toEqual([
      'DeprecatedImage on Pod shell: node16 is deprecated; newer: node20; see https://example.org/images (container main)',
    ]);
  });

  it('is told once for all containers that run it', () => {
    const spec = { containers: ['web', 'app'].map((name) => ({ name, image: URL })) };
    expect(told([{ kind: 'Pod', name: 'two', spec }])).toEqual([
      `DeprecatedImage on Pod two: ${FACT} (containers app, web)`,
    ]);
  });

  it('names image volumes as volumes, after the containers', () => {
    const named = (containers: readonly string[], volumes: readonly string[]) => {
      const spec = {
        containers: containers.map((name) => ({ name, image: URL })),
        volumes: volumes.map((name) => ({ name, image: { reference: URL } })),
      };
      return told([{ kind: 'Pod', name: 'p', spec }])[0]?.replace(`DeprecatedImage on Pod p: ${FACT} `, '');
    };
    expect(named([], ['data'])).toBe('(volume data)');
    expect(named(['web'], ['data'])).toBe('(container web, volume data)');
    expect(named(['x', 'web'], ['more', 'data'])).toBe('(containers web, x, volume data, volume more)');
    expect(named(['x', 'web'], ['a', 'b', 'c', 'd'])).toBe(
      '(containers web, x, volume a, volume b, volume c and 1 more)',
    );
  });

  it('comes first in the message, before however many containers', () => {
    const containers = Array.from({ length: 20 }, (_, i) => ({ name: `${'n'.repeat(60)}${i}`, image: URL }));
    const [words = ''] = told([{ kind: 'Pod', name: 'many', spec: { containers } }]);
    expect(words).toContain(`: ${FACT} (containers nnn`);
    expect(words).toMatch(/ and 15 more\)$/);
    expect(words.length).toBeLessThan(1_024);
  });

  it.each([
    ['scaled to nothing', { kind: 'Deployment', spec: { replicas: 0 } }],
    ['suspended', { kind: 'CronJob', spec: { suspend: true } }],
  ] as const)('is not told of what is %s: nothing of it runs', (_, { kind, spec }) => {
    const object = workload({ kind, name: 'x', image: URL });
    expect(object.images).toHaveLength(1);
    const resting = readWorkload(kind, { metadata: { name: 'x', uid: '1' }, spec });
    expect([object.scaledDown, resting.scaledDown]).toEqual([false, true]);
    const index = indexOf([]);
    const change = { kind: 'put', key: `${TOOL}/x`, object: { ...object, scaledDown: true } } as const;
    index.apply(kind, change);
    expect(notices(index, imageClassifier(lookup), NOW).size).toBe(0);
  });

  it('is not told while the owner of a Pod is still to be heard of', () => {
    expect(told([podOfWeb('web-abc-1')])).toEqual([]);
  });

  it('is not told of a Pod that has ended, nor of a namespace that is no tool’s', () => {
    const ended: Told = { kind: 'Pod', name: 'a', image: URL, status: { phase: 'Failed' } };
    expect(told([ended, { kind: 'Pod', name: 'b', namespace: 'kube-system', image: URL }])).toEqual([]);
  });

  it('says so when its removal date has passed', () => {
    const [words] = told([{ kind: 'Pod', name: 'shell', image: URL }], Date.UTC(2027, 2, 2));
    expect(words).toContain('its removal date 2027-03-01 has passed');
  });

  it('has the same id in every replica, and another one in another life of the same name', () => {
    const idsOf = (uid: string) => [
      ...notices(indexOf([{ kind: 'Pod', name: 'a', uid, image: URL }]), imageClassifier(lookup), NOW).keys(),
    ];
    expect(idsOf('1')).toEqual(idsOf('1'));
    expect(idsOf('1')).not.toEqual(idsOf('2'));
  });
});

describe('a short name that was resolved', () => {
  const pod = (requested: string, created = '2026-11-22T12:00:00Z'): Told => ({
    kind: 'Pod',
    name: 'job-1',
    created,
    image: 'r.example/toolforge-python311-sssd-web:latest',
    annotations: { 'requested.image-config.toolforge.org/main': requested },
    owner: { kind: 'Job', name: 'job' },
  });
  const job: Told = { kind: 'Job', name: 'job', image: 'tf-python311' };

  it('is told on the top owner and on the Pod', () => {
    expect(told([job, pod('tf-python311')])).toEqual([
      'ImageResolved on Job job and Pod job-1: tf-python311 is python3.11, r.example/toolforge-python311-sssd-web:latest (container main)',
    ]);
  });

  it('is told of a canonical name without saying it twice', () => {
    expect(told([job, pod('python3.11')])).toEqual([
      'ImageResolved on Job job and Pod job-1: python3.11 is r.example/toolforge-python311-sssd-web:latest (container main)',
    ]);
  });

  it('is news for an hour', () => {
    expect(told([job, pod('tf-python311', '2026-11-22T11:30:00Z')])).toEqual([]);
  });

  it('is not told where the record is not true by now', () => {
    expect(told([job, pod('tf-python37')])).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import type { ImagePolicy } from '../../src/admission/pod-refusal.ts';
import { reviewedWorkloadKinds } from '../../src/admission/workload.ts';
import type { Lookup } from '../../src/catalog/lookup.ts';
import { HOST, lookupOf, smallLookup } from '../support/catalog.ts';
import { denyOn, removal, warnOn } from '../support/removal.ts';
import { podOf, workloadOf, workloadRequest } from '../support/reviews.ts';
import { expectAllowed } from '../support/verdicts.ts';
import { warnWorkload } from '../support/webhooks.ts';

const deprecated = 'container "web": node12 is deprecated';

describe.each(reviewedWorkloadKinds)('a %s', (kind) => {
  const pod = podOf({ web: 'tf-node12', other: 'hollow' });
  const object = workloadOf(kind, pod);

  test('is allowed unchanged, even if its Pods will be denied', () => {
    for (const policy of [removal, denyOn('2099-01-01')]) {
      const verdict = warnWorkload(workloadRequest(kind, object), smallLookup, policy);
      expect(verdict.kind).toBe('allowed');
      expect(verdict.warnings).toContain(deprecated);
    }
  });

  test('gets all warnings again in an update, since its author sees them', () => {
    const request = workloadRequest(kind, object, { operation: 'UPDATE', oldObject: object });
    expect(warnWorkload(request, smallLookup, removal).warnings).toContain(deprecated);
  });

  test('gets the same warnings in a dry run', () => {
    const request = workloadRequest(kind, object, { dryRun: true });
    expect(warnWorkload(request, smallLookup, removal)).toEqual(
      warnWorkload(workloadRequest(kind, object), smallLookup, removal),
    );
  });

  test('gets no warnings if a controller made it, since no person would see them', () => {
    const owned = workloadOf(kind, pod, { ownerReferences: [{ kind: 'Owner', controller: true }] });
    expectAllowed(warnWorkload(workloadRequest(kind, owned), smallLookup, removal));
  });

  test('can be deleted', () => {
    const request = workloadRequest(kind, null, { operation: 'DELETE', oldObject: object });
    expectAllowed(warnWorkload(request, smallLookup, removal));
  });

  test('with more containers than any node runs gets one warning, before its images are resolved', () => {
    const crowd = podOf(Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`c${i}`, 'node12'])));
    expectAllowed(warnWorkload(workloadRequest(kind, workloadOf(kind, crowd)), smallLookup, removal), [
      'its Pods will be denied: this template has 1001 containers, and at most 1000 of one Pod get their images resolved',
    ]);
  });
});

const AFTER = '2027-03-02';

interface Given {
  readonly kind?: string;
  readonly client?: string;
  readonly policy?: ImagePolicy;
  readonly lookup?: Lookup;
}

function warned(images: Record<string, string>, given: Given = {}): readonly string[] {
  const { kind = 'Job', client, policy = removal, lookup = smallLookup } = given;
  const labels = client === undefined ? {} : { 'app.kubernetes.io/managed-by': client };
  return warnWorkload(workloadRequest(kind, workloadOf(kind, podOf(images, { labels }))), lookup, policy)
    .warnings;
}

/** A cluster with registry-admission. */
const present: ImagePolicy = { ...removal, registryAdmission: 'present' };

describe('a short name in a Deployment, where registry-admission is present', () => {
  const sentence = (image: string, name: string) =>
    `container "web": write ${HOST}/${image}:latest instead of "${name}"; ` +
    'registry-admission denies a Deployment with a short name';

  test('gets a warning with the URL to write', () => {
    expect(warned({ web: 'tf-python311' }, { kind: 'Deployment', policy: present })).toEqual([
      sentence('toolforge-python311-sssd-web', 'tf-python311'),
    ]);
  });

  test.each([
    ['webservice', 'toolforge-python39-sssd-web'],
    ['toolforge-jobs-framework', 'toolforge-python39-sssd-base'],
    [undefined, 'toolforge-python39-sssd-base'],
  ])('gets a warning with the URL for the client %s', (client, image) => {
    const given = { kind: 'Deployment', policy: present, ...(client !== undefined && { client }) };
    expect(warned({ web: 'python3.9:latest' }, given)).toEqual([sentence(image, 'python3.9:latest')]);
  });

  test('gets no warning in other lists, which registry-admission does not check', () => {
    const pod = { metadata: {}, spec: { initContainers: [{ name: 'a', image: 'python3.11' }] } };
    const request = workloadRequest('Deployment', workloadOf('Deployment', pod));
    expect(warnWorkload(request, smallLookup, present).warnings).toEqual([]);
  });

  test.each(reviewedWorkloadKinds.filter((kind) => kind !== 'Deployment'))(
    'gets no warning in a %s',
    (kind) => {
      expect(warned({ web: 'tf-python311' }, { kind, policy: present })).toEqual([]);
    },
  );

  test('gets its warning before misspelt names', () => {
    expect(warned({ typo: 'node13', web: 'tf-python311' }, { kind: 'Deployment', policy: present })).toEqual([
      sentence('toolforge-python311-sssd-web', 'tf-python311'),
      'container "typo": no image "node13" in the catalog; did you mean node12? The image stays as it is, and its Pods will not start',
    ]);
  });

  const ends = 'since registry-admission denies a Deployment with a short name';

  test('gets one advice if the image is deprecated: the URL of its replacement', () => {
    expect(warned({ web: 'python3.7' }, { kind: 'Deployment', policy: present })).toEqual([
      'container "web": python3.7 is deprecated; use python3.11; removal on 2027-03-01; ' +
        `write ${HOST}/toolforge-python311-sssd-web:latest, ${ends}`,
    ]);
  });

  test('gets one advice if the image is deprecated and nothing replaces it: its own URL', () => {
    expect(warned({ web: 'tf-node12' }, { kind: 'Deployment', policy: present })).toEqual([
      `container "web": node12 is deprecated; write ${HOST}/toolforge-node12-sssd-web:latest, ${ends}`,
    ]);
  });

  test('gets the fact about a deprecated image whole if the URL does not fit', () => {
    const lookup = lookupOf({
      old: {
        state: 'deprecated',
        image: `${HOST}/${'p'.repeat(200)}`,
        deprecation: { removal: '2027-03-01', url: 'https://c.d/e' },
      },
    });
    expect(warned({ web: 'old' }, { kind: 'Deployment', policy: present, lookup })).toEqual([
      'container "web": old is deprecated; removal on 2027-03-01; see https://c.d/e',
    ]);
  });

  test('gets no warning with a URL that its Pods would be denied', () => {
    const policy: ImagePolicy = { ...denyOn(AFTER), registryAdmission: 'present' };
    expect(warned({ web: 'tf-python37' }, { kind: 'Deployment', policy })).toEqual([
      expect.stringMatching(
        /^Pods with container "web" will be denied: python3\.7 is deprecated; use python3\.11;/,
      ),
    ]);
  });

  test('gets the whole URL even if the name of the container has 63 characters', () => {
    const given = { kind: 'Deployment', policy: present };
    const [warning] = warned({ ['a'.repeat(63)]: 'toolforge-python311-sssd-base' }, given);
    expect(warning).toContain(
      `write ${HOST}/toolforge-python311-sssd-web:latest instead of "toolforge-python311-`,
    );
  });
});

test('registry-admission is not named where it is absent: the Pods get their image', () => {
  expect(warned({ web: 'tf-python311', other: 'tf-node12' }, { kind: 'Deployment' })).toEqual([
    'container "other": node12 is deprecated',
  ]);
});

describe('an entry without an image for the client', () => {
  test('gets a warning with the client and the variants that exist', () => {
    expect(warned({ web: 'mono6.12' }, { client: 'webservice' })).toEqual([
      'Pods with container "web" will be denied: mono6.12 has no image for "webservice" (label ' +
        'app.kubernetes.io/managed-by): it has only variants.jobs-framework.image; ask for another name, or write the ' +
        'URL of one of these',
    ]);
    expect(warned({ web: 'hollow' }, { kind: 'Deployment' })).toEqual([
      'Pods with container "web" will be denied: hollow has no image for Pods without the label ' +
        'app.kubernetes.io/managed-by: it has no image at all; ask for another name',
    ]);
  });

  test('gets its warning before misspelt names, and those before deprecated images', () => {
    expect(
      warned({ a: 'node12', b: 'pyhton3.11', c: 'hollow' }).map((warning) => warning.slice(0, 30)),
    ).toEqual([
      'Pods with container "c" will b',
      'container "b": no image "pyhto',
      'container "a": node12 is depre',
    ]);
  });
});

describe('a deprecated image', () => {
  test('gets a warning with replacement, removal date and URL, as for a Pod', () => {
    expect(warned({ web: `${HOST}/toolforge-python37-sssd-web:latest` })).toEqual([
      'container "web": python3.7 is deprecated; use python3.11; removal on 2027-03-01; ' +
        'see https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python',
    ]);
  });

  test('past its removal date gets a warning that says so, before the others', () => {
    expect(warned({ a: 'node12', b: 'python3.7' }, { policy: warnOn(AFTER) })).toEqual([
      'container "b": python3.7 is deprecated; use python3.11; its removal date 2027-03-01 has passed; ' +
        'see https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python',
      'container "a": node12 is deprecated',
    ]);
  });

  test('past its removal date gets one warning if new Pods are denied it', () => {
    expect(warned({ a: 'node12', b: `${HOST}/tf-python37` }, { policy: denyOn(AFTER) })).toEqual([
      'Pods with container "b" will be denied: python3.7 is deprecated; use python3.11; its removal date 2027-03-01 has ' +
        'passed; see https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python',
      'container "a": node12 is deprecated',
    ]);
  });

  test('without a replacement gets the advice to ask for another image if new Pods are denied it', () => {
    const lookup = lookupOf({
      old: { state: 'deprecated', image: `${HOST}/old`, deprecation: { removal: '2027-03-01' } },
    });
    expect(warned({ a: 'old' }, { policy: denyOn(AFTER), lookup })).toEqual([
      'Pods with container "a" will be denied: old is deprecated; its removal date 2027-03-01 has passed; ask for ' +
        'another image',
    ]);
  });
});

test('images that are current or not in the catalog get no warning', () => {
  for (const kind of reviewedWorkloadKinds)
    expect(
      warned(
        {
          a: `${HOST}/toolforge-python311-sssd-web:latest`,
          b: 'nginx',
          c: 'tools-harbor.wmcloud.org/tool-x/y:latest',
          e: `${HOST}/toolforge-python37-sssd-web@sha256:00`,
        },
        { kind },
      ),
    ).toEqual([]);
});

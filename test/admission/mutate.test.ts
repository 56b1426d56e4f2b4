import { describe, expect, test } from 'vitest';
import type { JsonPatchOperation } from '../../src/admission/json-patch.ts';
import type { AdmissionRequest } from '../../src/admission/review.ts';
import { HOST, lookupOf, NEW_HOST, smallLookup } from '../support/catalog.ts';
import { denyOn, removal, warnOn } from '../support/removal.ts';
import { podOf, podRequest, updateOf } from '../support/reviews.ts';
import { expectAllowed, expectDenied, expectPatched } from '../support/verdicts.ts';
import { imageWebhook, mutatePod } from '../support/webhooks.ts';

const mutate = (request: AdmissionRequest) => mutatePod(request, smallLookup, removal);
const add = (path: string, value: unknown): JsonPatchOperation => ({ op: 'add', path, value });
const remove = (path: string): JsonPatchOperation => ({ op: 'remove', path });
const annotation = (kind: string, container: string) =>
  `/metadata/annotations/${kind}.image-config.toolforge.org~1${container}`;
const LABEL = '/metadata/labels/image-config.toolforge.org~1deprecated';
const asks = (client: string) => ({ 'app.kubernetes.io/managed-by': client });

const PYTHON311 = `${HOST}/toolforge-python311-sssd-web:latest`;
const PYTHON37 = `${HOST}/toolforge-python37-sssd-web:latest`;
const PYTHON37_FACT = 'python3.7 is deprecated; use python3.11; removal on 2027-03-01';
const PYTHON37_URL = 'https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python';

describe('a Pod that is created', () => {
  test('gets the image of a short name, and annotations about it', () => {
    expectPatched(mutate(podRequest(podOf({ web: 'python3.11' }))), [
      add('/spec/containers/0/image', PYTHON311),
      add('/metadata/annotations', {}),
      add(annotation('requested', 'web'), 'python3.11'),
      add(annotation('name', 'web'), 'python3.11'),
    ]);
  });

  test('gets the image of a deprecated alias with annotations, label and a warning', () => {
    expectPatched(
      mutate(podRequest(podOf({ web: 'tf-python37' }, { annotations: {}, labels: { a: 'b' } }))),
      [
        add('/spec/containers/0/image', PYTHON37),
        add(annotation('requested', 'web'), 'tf-python37'),
        add(annotation('name', 'web'), 'python3.7'),
        add(annotation('deprecated', 'web'), PYTHON37_FACT),
        add(LABEL, 'true'),
      ],
      [`container "web": ${PYTHON37_FACT}; see ${PYTHON37_URL}`],
    );
  });

  test.each([
    ['webservice', `${HOST}/toolforge-python39-sssd-web:latest`],
    ['toolforge-jobs-framework', `${HOST}/toolforge-python39-sssd-base:latest`],
    ['Helm', `${HOST}/toolforge-python39-sssd-base:latest`],
    ['constructor', `${HOST}/toolforge-python39-sssd-base:latest`],
    ['*', `${HOST}/toolforge-python39-sssd-base:latest`],
  ])('gets the image of the name for the client %s', (client, image) => {
    expectPatched(
      mutate(podRequest(podOf({ job: 'python3.9' }, { labels: asks(client), annotations: { a: 'b' } }))),
      [
        add('/spec/containers/0/image', image),
        add(annotation('requested', 'job'), 'python3.9'),
        add(annotation('name', 'job'), 'python3.9'),
      ],
    );
  });

  test.each([
    ['python3.11', 'requested.K/web name.K/web'.length + 'python3.11'.length],
    [
      'tf-python37',
      'requested.K/web name.K/web deprecated.K/web'.length - 1 + 'python3.7'.length + PYTHON37_FACT.length,
    ],
  ])(
    'gets annotations about %s where the longest that they may become fit into 256 KiB, and else only the image',
    (image, bytes) => {
      const keys = image === 'python3.11' ? 2 : 3;
      // The spaces between the keys do not count. A request has 63 characters and a tag at most.
      const most = bytes - 1 + keys * ('image-config.toolforge.org'.length - 1) + 63 + ':latest'.length;
      const annotated = (own: number): boolean => {
        const verdict = mutate(
          podRequest(podOf({ web: image }, { annotations: { a: 'x'.repeat(own - 1) } })),
        );
        const operations = verdict.kind === 'patched' ? verdict.operations : [];
        expect(operations.map(({ path }) => path)).toContain('/spec/containers/0/image');
        return operations.some(({ path }) => path.startsWith('/metadata/annotations/'));
      };
      expect([annotated(256 * 1024 - most), annotated(256 * 1024 - most + 1)]).toEqual([true, false]);
    },
  );

  test('may write :latest after a short name; the annotation keeps it', () => {
    expectPatched(mutate(podRequest(podOf({ web: 'tf-python311:latest' }, { annotations: {} }))), [
      add('/spec/containers/0/image', PYTHON311),
      add(annotation('requested', 'web'), 'tf-python311:latest'),
      add(annotation('name', 'web'), 'python3.11'),
    ]);
  });

  test('keeps a URL of the catalog, HOST/ALIAS included, and gets its name as annotation', () => {
    const images = { web: `${HOST}/toolforge-python311-sssd-web`, old: `${HOST}/tf-node12:latest` };
    expectPatched(
      mutate(podRequest(podOf(images, { annotations: null, labels: null }))),
      [
        add('/metadata/annotations', {}),
        add(annotation('name', 'web'), 'python3.11'),
        add(annotation('name', 'old'), 'node12'),
        add(annotation('deprecated', 'old'), 'node12 is deprecated'),
        add('/metadata/labels', {}),
        add(LABEL, 'true'),
      ],
      [
        `container "old": "${HOST}/tf-node12" is called like node12, but the catalog does not list it; ` +
          `write ${HOST}/toolforge-node12-sssd-web:latest`,
        'container "old": node12 is deprecated',
      ],
    );
  });

  test.each([
    'python3.11@sha256:0000',
    `${HOST}/toolforge-python311-sssd-web:latest@sha256:0000`,
    'tools-harbor.wmcloud.org/tool-wikibugs/wikibugs:latest',
    'nginx',
    'quay.io/prometheus/node-exporter:latest',
    '__proto__',
    '',
    ' python3.11',
    '\u0000',
  ])('keeps %j, without a warning', (image) => {
    expectAllowed(mutate(podRequest(podOf({ web: image }))));
  });

  test.each([
    'python3.11:v2',
    'PYTHON3.11',
    `${HOST}/toolforge-python311-sssd-web:2024`,
    `${NEW_HOST}/tf-node12`,
  ])('keeps %j, which is close to an image of the catalog, with one warning', (image) => {
    const { kind, warnings } = mutate(podRequest(podOf({ web: image })));
    expect(kind).toBe('allowed');
    expect(warnings).toHaveLength(1);
  });

  test('gets its init and ephemeral containers resolved, too, in the order of the lists', () => {
    const pod = {
      metadata: { annotations: {} },
      spec: {
        ephemeralContainers: [{ name: 'debug', image: 'constructor' }],
        initContainers: [{ name: 'setup', image: 'python3.11' }],
        containers: [{ name: 'main', image: 'nginx' }, { name: 'main-2' }, { name: 'main-3', image: null }],
      },
    };
    expectPatched(mutate(podRequest(pod)), [
      add('/spec/initContainers/0/image', PYTHON311),
      add('/spec/ephemeralContainers/0/image', `${HOST}/toolforge-constructor:latest`),
      add(annotation('requested', 'setup'), 'python3.11'),
      add(annotation('name', 'setup'), 'python3.11'),
      add(annotation('requested', 'debug'), 'constructor'),
      add(annotation('name', 'debug'), 'constructor'),
    ]);
  });

  test('gets no annotations about a container whose name does not fit into a key', () => {
    for (const name of ['Web', 'a/b', 'a'.repeat(64), '', '-a', 'a.b', '__proto__', undefined, null]) {
      const pod = { metadata: {}, spec: { containers: [{ name, image: 'tf-node12' }] } };
      expect(mutate(podRequest(pod))).toMatchObject({
        operations: [
          add('/spec/containers/0/image', `${HOST}/toolforge-node12-sssd-web:latest`),
          add('/metadata/labels', {}),
          add(LABEL, 'true'),
        ],
      });
    }
  });

  test('is left alone if it is a mirror Pod', () => {
    const annotations = { 'kubernetes.io/config.mirror': '', 'name.image-config.toolforge.org/web': 'a lie' };
    expectAllowed(mutate(podRequest(podOf({ web: 'python3.11' }, { annotations }))));
  });

  test('is left alone if it has no containers', () => {
    for (const containers of [undefined, null, []])
      expectAllowed(mutate(podRequest({ metadata: {}, spec: { containers, initContainers: null } })));
  });
});

test('a Pod with more containers than any node runs is denied before its images are resolved', () => {
  const crowd = (count: number) =>
    podOf(Object.fromEntries(range(count).map((i) => [`c${i}`, 'python3.11'])));
  expect(mutate(podRequest(crowd(1_000)))).toMatchObject({ kind: 'patched' });
  expectDenied(
    mutate(podRequest(crowd(1_001))),
    'this Pod has 1001 containers, and at most 1000 of one Pod get their images resolved',
  );
});

test('a Pod with more unchanged containers than any node runs can be updated, and keeps its annotations', () => {
  const images = Object.fromEntries(range(1_001).map((i) => [`c${i}`, 'python3.11']));
  const old = podOf(images);
  expectAllowed(mutate(updateOf(podOf(images, { labels: { a: 'b' } }), old)));
  expectPatched(
    mutate(updateOf(podOf({ ...images, c0: 'tf-python37' }), old)),
    [add('/spec/containers/0/image', PYTHON37)],
    [`container "c0": ${PYTHON37_FACT}; see ${PYTHON37_URL}`],
  );
  const others = Object.fromEntries(range(1_001).map((i) => [`d${i}`, 'python3.11']));
  expectDenied(
    mutate(updateOf(podOf({ ...images, ...others }), old)),
    'this change brings 1001 containers, and at most 1000 of one Pod get their images resolved',
  );
});

describe('annotations that a user wrote', () => {
  test('are corrected, or removed if they are about no container', () => {
    const annotations = {
      'name.image-config.toolforge.org/web': 'python2',
      'requested.image-config.toolforge.org/web': 'tf-python311',
      'deprecated.image-config.toolforge.org/web': 'never mind',
      'requested.image-config.toolforge.org/gone': 'python3.11',
      'name.image-config.toolforge.org/': '',
      'name.image-config.toolforge.org': 'unrelated',
      'image-config.toolforge.org/acknowledge': 'unrelated',
    };
    const labels = { 'image-config.toolforge.org/deprecated': 'false' };
    expectPatched(mutate(podRequest(podOf({ web: 'python3.11' }, { annotations, labels }))), [
      add('/spec/containers/0/image', PYTHON311),
      add(annotation('requested', 'web'), 'python3.11'),
      add(annotation('name', 'web'), 'python3.11'),
      remove(annotation('deprecated', 'web')),
      remove(annotation('requested', 'gone')),
      remove(annotation('name', '')),
      remove(LABEL),
    ]);
  });

  test('stay if the short name resolves to the image of the container for this client', () => {
    const metadataWith = (requested: string) => ({
      annotations: {
        'requested.image-config.toolforge.org/web': requested,
        'name.image-config.toolforge.org/web': 'python3.9',
      },
      labels: asks('webservice'),
    });
    const web = `${HOST}/toolforge-python39-sssd-web`;
    for (const requested of ['tf-python39', 'python3.9', 'python3.9:latest'])
      for (const image of [web, `${web}:latest`])
        expectAllowed(mutate(podRequest(podOf({ web: image }, metadataWith(requested)))));
    for (const requested of ['tf-python311', 'no-such-name', `${web}:latest`, '', 'python3.9:v2'])
      expectPatched(mutate(podRequest(podOf({ web }, metadataWith(requested)))), [
        remove(annotation('requested', 'web')),
      ]);
    // For jobs the name resolves to another image of the same entry.
    const base = `${HOST}/toolforge-python39-sssd-base`;
    expectPatched(mutate(podRequest(podOf({ web: base }, metadataWith('tf-python39')))), [
      remove(annotation('requested', 'web')),
    ]);
  });

  test('with slashes and tildes in their keys are removed with an escaped path', () => {
    const annotations = { 'name.image-config.toolforge.org/a~b/c': 'x' };
    expectPatched(mutate(podRequest(podOf({}, { annotations }))), [
      remove('/metadata/annotations/name.image-config.toolforge.org~1a~0b~1c'),
    ]);
  });
});

describe('an entry without an image for the client', () => {
  test('denies the Pod and names container, short name, entry, client and the variants that exist', () => {
    expectDenied(
      mutate(podRequest(podOf({ web: 'mono6.12' }, { labels: asks('webservice') }))),
      'container "web" asks for "mono6.12", and mono6.12 has no image for "webservice" (label ' +
        'app.kubernetes.io/managed-by): it has only variants.jobs-framework.image; ask for another name, or write ' +
        'the URL of one of these',
    );
  });

  test('denies the Pod if it has no image at all, with the other warnings', () => {
    expectDenied(
      mutate(podRequest(podOf({ web: 'hollow', job: 'node12' }))),
      'container "web" asks for "hollow", and hollow has no image for Pods without the label ' +
        'app.kubernetes.io/managed-by: it has no image at all; ask for another name',
      ['container "job": node12 is deprecated'],
    );
  });

  test('is named for ten containers, and counted for the others', () => {
    const linesFor = (count: number): string[] => {
      const images = Object.fromEntries(range(count).map((i) => [`c${i}`, 'hollow']));
      const verdict = mutate(podRequest(podOf(images)));
      return verdict.kind === 'denied' ? verdict.message.split('\n') : [];
    };
    expect(linesFor(100)).toHaveLength(11);
    expect(linesFor(100).at(-1)).toBe('and 90 more containers');
    expect(linesFor(11).at(-1)).toBe('and 1 more container');
  });

  test('stays in a Pod that had it before', () => {
    const pod = podOf(
      { web: 'hollow' },
      { annotations: { 'name.image-config.toolforge.org/web': 'hollow' } },
    );
    expectAllowed(mutate(updateOf(pod, pod)));
  });
});

describe('an entry past its removal date', () => {
  const dayBefore = '2027-03-01';
  const dayAfter = '2027-03-02';
  const metadata = {
    annotations: {
      'name.image-config.toolforge.org/web': 'python3.7',
      'deprecated.image-config.toolforge.org/web': PYTHON37_FACT,
    },
    labels: { 'image-config.toolforge.org/deprecated': 'true' },
  };
  const past = 'python3.7 is deprecated; use python3.11; its removal date 2027-03-01 has passed';

  test('is allowed by default, with a warning and the same annotations as before', () => {
    const request = podRequest(podOf({ web: 'tf-python37' }, { annotations: {}, labels: {} }));
    const operations = [
      add('/spec/containers/0/image', PYTHON37),
      add(annotation('requested', 'web'), 'tf-python37'),
      add(annotation('name', 'web'), 'python3.7'),
      add(annotation('deprecated', 'web'), PYTHON37_FACT),
      add(LABEL, 'true'),
    ];
    expectPatched(mutatePod(request, smallLookup, warnOn(dayAfter)), operations, [
      `container "web": ${past}; see ${PYTHON37_URL}`,
    ]);
    expectPatched(mutatePod(request, smallLookup, denyOn(dayBefore)), operations, [
      `container "web": ${PYTHON37_FACT}; see ${PYTHON37_URL}`,
    ]);
  });

  test.each([
    'tf-python37',
    'python3.7',
    `${HOST}/toolforge-python37-sssd-web`,
    PYTHON37,
    `${HOST}/tf-python37`,
  ])('denies a new Pod if the policy is deny: %s', (image) => {
    expectDenied(
      mutatePod(podRequest(podOf({ web: image, job: 'python3.11' })), smallLookup, denyOn(dayAfter)),
      `container "web" asks for ${JSON.stringify(image)}, and new Pods no longer get it: ${past}; see ${PYTHON37_URL}`,
    );
  });

  test('denies an update that adds it, and an ephemeral container', () => {
    const old = podOf({ web: PYTHON311 });
    const message = (container: string) =>
      `${container} asks for "python3.7", and new Pods no longer get it: ${past}; see ${PYTHON37_URL}`;
    expectDenied(
      mutatePod(updateOf(podOf({ web: 'python3.7' }), old), smallLookup, denyOn(dayAfter)),
      message('container "web"'),
    );
    const debugged = {
      ...old,
      spec: { ...old.spec, ephemeralContainers: [{ name: 'x', image: 'python3.7' }] },
    };
    expectDenied(
      mutatePod(
        updateOf(debugged, old, { subResource: 'ephemeralcontainers' }),
        smallLookup,
        denyOn(dayAfter),
      ),
      message('ephemeral container "x"'),
    );
  });

  test('never denies an update of a Pod that has it', () => {
    for (const image of [PYTHON37, 'tf-python37']) {
      const old = podOf({ web: image }, metadata);
      const labelled = podOf({ web: image }, { ...metadata, labels: { ...metadata.labels, a: 'b' } });
      expectAllowed(mutatePod(updateOf(old, old), smallLookup, denyOn(dayAfter)));
      expectAllowed(mutatePod(updateOf(labelled, old), smallLookup, denyOn(dayAfter)));
    }
  });

  test('leaves images with other tags or digests alone, which the catalog does not list', () => {
    for (const image of [`${HOST}/toolforge-python37-sssd-web:2024`, 'python3.7@sha256:00'])
      expect(mutatePod(podRequest(podOf({ web: image })), smallLookup, denyOn(dayAfter)).kind).toBe(
        'allowed',
      );
  });
});

describe('an update', () => {
  test('rewrites only the images that it changes, without warnings about the others', () => {
    const old = podOf({ a: 'python3.7', b: 'nginx' }, { annotations: {}, labels: {} });
    const pod = podOf({ a: 'python3.7', b: 'python3.11' }, { annotations: {}, labels: {} });
    expectPatched(mutate(updateOf(pod, old)), [
      add('/spec/containers/1/image', PYTHON311),
      add(annotation('name', 'a'), 'python3.7'),
      add(annotation('deprecated', 'a'), PYTHON37_FACT),
      add(annotation('requested', 'b'), 'python3.11'),
      add(annotation('name', 'b'), 'python3.11'),
      add(LABEL, 'true'),
    ]);
  });

  test('gets a warning about an image that it adds', () => {
    const named = { 'name.image-config.toolforge.org/a': 'node12' };
    const deprecated = { 'deprecated.image-config.toolforge.org/a': 'node12 is deprecated' };
    const metadata = {
      annotations: { ...named, ...deprecated },
      labels: { 'image-config.toolforge.org/deprecated': 'true' },
    };
    const image = `${HOST}/toolforge-node12-sssd-web`;
    expectAllowed(mutate(updateOf(podOf({ a: image }, metadata), podOf({ a: PYTHON311 }))), [
      'container "a": node12 is deprecated',
    ]);
    expectAllowed(mutate(updateOf(podOf({ a: image }, metadata), podOf({ a: image }))));
  });

  test('compares a container with that of the same name and list, at any index', () => {
    const old = {
      metadata: {},
      spec: {
        initContainers: [{ name: 'a', image: 'python3.11' }],
        containers: [
          { name: 'b', image: 'tf-python39' },
          { name: 'c', image: 'python3.11' },
        ],
      },
    };
    const pod = {
      metadata: { annotations: {} },
      spec: {
        containers: [
          { name: 'a', image: 'python3.11' },
          { name: 'c', image: 'python3.11' },
        ],
      },
    };
    expectPatched(mutate(updateOf(pod, old)), [
      add('/spec/containers/0/image', PYTHON311),
      add(annotation('requested', 'a'), 'python3.11'),
      add(annotation('name', 'a'), 'python3.11'),
      add(annotation('name', 'c'), 'python3.11'),
    ]);
  });

  test('gets back a removed annotation and the removed label', () => {
    const pod = podOf({ a: PYTHON37 }, { annotations: { x: 'y' } });
    expectPatched(mutate(updateOf(pod, pod)), [
      add(annotation('name', 'a'), 'python3.7'),
      add(annotation('deprecated', 'a'), PYTHON37_FACT),
      add('/metadata/labels', {}),
      add(LABEL, 'true'),
    ]);
  });

  test('keeps the annotations requested and name of an unchanged image that left the catalog', () => {
    const annotations = {
      'name.image-config.toolforge.org/a': 'python3.11',
      'requested.image-config.toolforge.org/a': 'py',
    };
    const pod = podOf({ a: `${HOST}/py` }, { annotations });
    const before = lookupOf({ 'python3.11': { image: `${HOST}/py`, aliases: ['py'] } });
    const after = lookupOf({ 'python3.11': { image: `${NEW_HOST}/py`, aliases: ['py'] } });
    expectAllowed(mutatePod(updateOf(pod, pod), before, removal));
    expectAllowed(mutatePod(updateOf(pod, pod), after, removal));
    expectPatched(mutatePod(updateOf(podOf({ a: 'nginx' }, { annotations }), pod), after, removal), [
      remove(annotation('name', 'a')),
      remove(annotation('requested', 'a')),
    ]);
  });
});

test('in observe mode the other containers of a denied Pod are resolved', () => {
  const verdict = mutate(podRequest(podOf({ web: 'hollow', job: 'tf-python37' })));
  expect(verdict).toMatchObject({
    kind: 'denied',
    codes: ['no-image'],
    instead: {
      kind: 'patched',
      warnings: [
        expect.stringMatching(/^would be denied: container "web" asks for "hollow"/),
        expect.stringContaining(PYTHON37_FACT),
      ],
    },
  });
  const { operations } = (verdict as { instead: { operations: readonly unknown[] } }).instead;
  expect(operations).toContainEqual(add('/spec/containers/1/image', PYTHON37));
  expect(operations).not.toContainEqual(expect.objectContaining({ path: '/spec/containers/0/image' }));
});

describe('an update of ephemeral containers', () => {
  const old = {
    metadata: { annotations: { 'name.image-config.toolforge.org/main': 'a lie' } },
    spec: {
      containers: [{ name: 'main', image: 'python3.11' }],
      ephemeralContainers: [{ name: 'debug-1', image: 'tf-node12' }],
    },
  };
  const debugged = (image: string) => ({
    ...old,
    spec: { ...old.spec, ephemeralContainers: [...old.spec.ephemeralContainers, { name: 'debug-2', image }] },
  });
  const request = (image: string) => updateOf(debugged(image), old, { subResource: 'ephemeralcontainers' });

  test('rewrites the new image, and no metadata', () => {
    expectPatched(
      mutate(request('tf-python37')),
      [add('/spec/ephemeralContainers/1/image', PYTHON37)],
      [`ephemeral container "debug-2": ${PYTHON37_FACT}; see ${PYTHON37_URL}`],
    );
  });

  test('is denied for a name without an image', () => {
    expect(mutate(request('hollow'))).toMatchObject({ kind: 'denied' });
  });

  test('is allowed if there is nothing to resolve', () => {
    expectAllowed(mutate(request('busybox')));
  });
});

test.each(['DELETE', 'CONNECT'])('a %s is allowed unchanged', (operation) => {
  const object = podOf({ a: 'python3.11' });
  expectAllowed(mutate(podRequest(null, { operation, oldObject: object })));
  expectAllowed(mutate(podRequest({}, { operation, subResource: 'exec' })));
});

describe('a review that no rule of the webhook should send', () => {
  const deployment = { resource: { group: 'apps', version: 'v1', resource: 'deployments' } };
  const eviction = { kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, subResource: 'eviction' };
  test.each([
    [deployment, 'CREATE of "deployments" in API group "apps", kind "Pod"'],
    [{ ...deployment, operation: 'DELETE' }, 'DELETE of "deployments" in API group "apps", kind "Pod"'],
    [eviction, 'CREATE of "pods/eviction" in the core API group, kind "Eviction"'],
    [
      { subResource: 'status', operation: 'UPDATE' },
      'UPDATE of "pods/status" in the core API group, kind "Pod"',
    ],
    [
      { subResource: 'ephemeralcontainers' },
      'CREATE of "pods/ephemeralcontainers" in the core API group, kind "Pod"',
    ],
    [
      { kind: { group: '', kind: 'PodTemplate' } },
      'CREATE of "pods" in the core API group, kind "PodTemplate"',
    ],
  ])('is answered with the rules to correct: %j', (request, what) => {
    expect(() => mutate(podRequest(podOf({}), request))).toThrow(
      `/mutate-pods is for pods (CREATE, UPDATE) and pods/ephemeralcontainers (UPDATE), and got ${what}: ` +
        'correct the rules of the MutatingWebhookConfiguration that sent it',
    );
  });

  test('is answered with the path that it was sent to', () => {
    const request = podRequest(podOf({}), deployment);
    const webhook = imageWebhook('/mutate-pods/short-names');
    expect(() => webhook.handle(request, smallLookup, removal, webhook)).toThrow(
      /^\/mutate-pods\/short-names is for pods/,
    );
  });
});

const range = (count: number) => [...new Array(count).keys()];

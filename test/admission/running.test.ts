import fc from 'fast-check';
import jsonpatch, { type Operation } from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import type { JsonPatchOperation } from '../../src/admission/json-patch.ts';
import type { Lookup } from '../../src/catalog/lookup.ts';
import { podsFor } from '../support/arbitrary-pods.ts';
import { HOST, lookupOf, NEW_HOST, realLookup, smallLookup } from '../support/catalog.ts';
import { denyOn, removal } from '../support/removal.ts';
import { type Json, podOf, podRequest, updateOf } from '../support/reviews.ts';
import { expectAllowed, expectDenied, expectPatched } from '../support/verdicts.ts';
import { explainPod, mutatePod } from '../support/webhooks.ts';

const add = (path: string, value: unknown): JsonPatchOperation => ({ op: 'add', path, value });
const remove = (path: string): JsonPatchOperation => ({ op: 'remove', path });
const annotation = (kind: string, container = 'job') =>
  `/metadata/annotations/${kind}.image-config.toolforge.org~1${container}`;
const annotationsOf = (texts: Record<string, string>, container = 'job') =>
  Object.fromEntries(
    Object.entries(texts).map(([kind, value]) => [`${kind}.image-config.toolforge.org/${container}`, value]),
  );

const URL_37 = `${HOST}/toolforge-python37-sssd-web`;
const URL_311 = `${HOST}/toolforge-python311-sssd-web`;
const IMAGE_37 = `${URL_37}:latest`;

/** python3.7 has left the catalog. */
const GONE = lookupOf({ 'python3.11': { image: URL_311 } });
/** Its alias belongs to another entry. */
const MOVED = lookupOf({
  'python3.7': { image: URL_37 },
  'python3.11': { image: URL_311, aliases: ['tf-python37'] },
});
/** Its entry has another name. */
const RENAMED = lookupOf({ python37: { image: URL_37 } });
/** Its entry has another URL. */
const REBUILT = lookupOf({ 'python3.7': { image: `${NEW_HOST}/python37`, aliases: ['tf-python37'] } });
/** Its entry has no image for the client. */
const FOR_OTHERS = lookupOf({
  'python3.7': { variants: [['builder', `${HOST}/builder`]], aliases: ['tf-python37'] },
});

/** A stored Pod that was created with a short name. */
const stored = (requested = 'tf-python37', image = IMAGE_37) =>
  podOf({ job: image }, { annotations: annotationsOf({ requested, name: 'python3.7' }) });

const IMAGE = '/spec/containers/0/image';

describe('the unchanged manifest of a running Pod whose short name', () => {
  const old = stored();
  const { annotations } = old.metadata;
  const keeping = (why: string, write = IMAGE_37) => [
    `container "job" keeps its image: write ${write} instead of "tf-python37", which ${why}`,
  ];

  test.each([
    ['is gone', GONE, keeping('is no longer in the catalog')],
    ['has another URL', REBUILT, keeping('now resolves to another image (python3.7)')],
    [
      'has no image for the client',
      FOR_OTHERS,
      keeping('has no image any more for Pods without the label app.kubernetes.io/managed-by'),
    ],
  ])('%s leaves image, requested and name as they are, with a warning', (_, lookup, warnings) => {
    const operations = [add(IMAGE, IMAGE_37)];
    const applied = updateOf(podOf({ job: 'tf-python37' }, { annotations }), old);
    expectPatched(mutatePod(applied, lookup, removal), operations, warnings);
    // The stored Pod needs no further patch, when it is reviewed again and when something else changes.
    expectAllowed(mutatePod(updateOf(old, old), lookup, removal));
  });

  test('belongs to another entry gets a warning with the entry of the image that it keeps', () => {
    expectPatched(
      mutatePod(updateOf(podOf({ job: 'tf-python37' }, { annotations }), old), MOVED, removal),
      [add(IMAGE, IMAGE_37)],
      keeping('now resolves to another image (python3.11)', 'python3.7'),
    );
    expectAllowed(mutatePod(updateOf(old, old), MOVED, removal));
  });

  test('is gone after a rename of its entry gets the new name of the entry', () => {
    expectPatched(
      mutatePod(updateOf(podOf({ job: 'tf-python37' }, { annotations }), old), RENAMED, removal),
      [add(IMAGE, IMAGE_37), add(annotation('name'), 'python37')],
      keeping('is no longer in the catalog', 'python37'),
    );
  });

  test('is gone keeps its image if one of the two has the tag latest', () => {
    const withTag = podOf({ job: 'tf-python37:latest' }, { annotations });
    expectPatched(
      mutatePod(updateOf(withTag, old), GONE, removal),
      [add(IMAGE, IMAGE_37)],
      [
        `container "job" keeps its image: write ${IMAGE_37} instead of "tf-python37:latest", which is no longer in the catalog`,
      ],
    );
    const requestedWithTag = stored('tf-python37:latest');
    expectPatched(
      mutatePod(
        updateOf(
          podOf({ job: 'tf-python37' }, { annotations: requestedWithTag.metadata.annotations }),
          requestedWithTag,
        ),
        GONE,
        removal,
      ),
      [add(IMAGE, IMAGE_37)],
      keeping('is no longer in the catalog'),
    );
  });

  test('is gone gets its annotations back if the manifest has none, as with `kubectl replace`', () => {
    expectPatched(
      mutatePod(updateOf(podOf({ job: 'tf-python37' }), old), GONE, removal),
      [
        add(IMAGE, IMAGE_37),
        add('/metadata/annotations', {}),
        add(annotation('requested'), 'tf-python37'),
        add(annotation('name'), 'python3.7'),
      ],
      keeping('is no longer in the catalog'),
    );
  });

  test('resolves to another image for another client keeps its image when the label changes, too', () => {
    const URL_BASE = `${HOST}/toolforge-python39-sssd-base`;
    const of39 = podOf(
      { job: `${URL_BASE}:latest` },
      { annotations: annotationsOf({ requested: 'python3.9', name: 'python3.9' }) },
    );
    const labels = { 'app.kubernetes.io/managed-by': 'webservice' };
    const { annotations } = of39.metadata;
    expectPatched(
      mutatePod(updateOf(podOf({ job: 'python3.9' }, { annotations, labels }), of39), smallLookup, removal),
      [add(IMAGE, `${URL_BASE}:latest`)],
      [
        `container "job" keeps its image: write ${URL_BASE}:latest instead of "python3.9", which now resolves to another image (python3.9)`,
      ],
    );
    expectAllowed(
      mutatePod(
        updateOf(podOf({ job: `${URL_BASE}:latest` }, { annotations, labels }), of39),
        smallLookup,
        removal,
      ),
    );
  });

  test('is gone is explained by `review`', () => {
    const request = updateOf(podOf({ job: 'tf-python37' }), old);
    expect(explainPod(request, GONE, removal).map(({ outcome }) => outcome)).toEqual([
      `rewritten to ${IMAGE_37}, which it has already`,
    ]);
  });
});

describe('an UPDATE of a running Pod whose entry is gone', () => {
  const old = {
    metadata: {
      annotations: {
        ...annotationsOf({
          requested: 'tf-python37',
          name: 'python3.7',
          deprecated: 'python3.7 is deprecated; use python3.11',
        }),
        ...annotationsOf({ requested: 'python3.11', name: 'python3.11' }, 'web'),
      },
      labels: { 'image-config.toolforge.org/deprecated': 'true' },
    },
    spec: {
      containers: [
        { name: 'job', image: IMAGE_37 },
        { name: 'web', image: `${URL_311}:latest` },
      ],
    },
  };
  const DEPRECATED = [
    remove(annotation('deprecated')),
    remove('/metadata/labels/image-config.toolforge.org~1deprecated'),
  ];

  test('changing another container keeps requested and name, and removes deprecated', () => {
    const [job] = old.spec.containers;
    const changed = { ...old, spec: { containers: [job, { name: 'web', image: 'nginx' }] } };
    expectPatched(mutatePod(updateOf(changed, old), GONE, removal), [
      ...DEPRECATED.slice(0, 1),
      remove(annotation('requested', 'web')),
      remove(annotation('name', 'web')),
      ...DEPRECATED.slice(1),
    ]);
  });

  test('that removes or forges annotations gets those of the old object back', () => {
    for (const annotations of [
      annotationsOf({ requested: 'python3.11', name: 'python3.11' }, 'web'),
      { ...old.metadata.annotations, ...annotationsOf({ requested: 'python3.11', name: 'python3.11' }) },
    ]) {
      const { operations } = mutatePod(
        updateOf({ ...old, metadata: { annotations } }, old),
        GONE,
        removal,
      ) as Json;
      expect(operations).toEqual(
        expect.arrayContaining([
          add(annotation('requested'), 'tf-python37'),
          add(annotation('name'), 'python3.7'),
        ]),
      );
    }
  });

  test('to another image, tag or digest removes the annotations', () => {
    for (const image of [
      'nginx',
      `${URL_37}:v1`,
      `${IMAGE_37}@sha256:00`,
      `${NEW_HOST}/toolforge-python37-sssd-web`,
    ]) {
      const changed = podOf({ job: image, web: `${URL_311}:latest` }, old.metadata);
      const { operations } = mutatePod(updateOf(changed, old), GONE, removal) as Json;
      expect(operations).toEqual([
        remove(annotation('requested')),
        remove(annotation('name')),
        ...DEPRECATED,
      ]);
    }
  });

  test('that writes the same image without its tag keeps the annotations', () => {
    const changed = podOf({ job: URL_37, web: `${URL_311}:latest` }, old.metadata);
    expectPatched(mutatePod(updateOf(changed, old), GONE, removal), DEPRECATED);
  });

  test('of ephemeral containers changes no metadata', () => {
    const ephemeralContainers = [{ name: 'debug', image: 'nginx' }];
    const debugged = { ...old, spec: { ...old.spec, ephemeralContainers } };
    expectAllowed(mutatePod(updateOf(debugged, old, { subResource: 'ephemeralcontainers' }), GONE, removal));
  });
});

describe('no image is kept', () => {
  const annotations = annotationsOf({ requested: 'python3.7', name: 'python3.7' });
  const PYTHON_311 = [add(IMAGE, `${URL_311}:latest`)];
  /** The patch of images only. Annotations are tested above. */
  const imagesOf = (object: Json, oldObject: Json, lookup: Lookup) => {
    const verdict = mutatePod(updateOf(object, oldObject), lookup, removal) as Json;
    return (verdict.operations ?? []).filter(({ path }: Json) => path.endsWith('/image'));
  };
  const MOVED_NAME = lookupOf({ 'python3.11': { image: URL_311, aliases: ['python3.7'] } });

  test('by annotations of a Pod that is created, which are not trusted', () => {
    const { operations } = mutatePod(
      podRequest(podOf({ job: 'python3.7' }, { annotations })),
      MOVED_NAME,
      removal,
    ) as Json;
    expect(operations).toEqual([...PYTHON_311, add(annotation('name'), 'python3.11')]);
    const ofStored = mutatePod(podRequest(stored()), GONE, removal) as Json;
    expect(ofStored.operations).toEqual([remove(annotation('requested')), remove(annotation('name'))]);
  });

  test('by annotations that the same UPDATE forges', () => {
    expect(
      imagesOf(podOf({ job: 'python3.7' }, { annotations }), podOf({ job: IMAGE_37 }), MOVED_NAME),
    ).toEqual(PYTHON_311);
  });

  test('by an annotation about another container, or about one of another list', () => {
    const other = podOf({ job: IMAGE_37 }, { annotations: annotationsOf({ requested: 'python3.7' }, 'web') });
    expect(imagesOf(podOf({ job: 'python3.7' }), other, MOVED_NAME)).toEqual(PYTHON_311);
    const inInit = {
      metadata: { annotations },
      spec: { initContainers: [{ name: 'job', image: IMAGE_37 }] },
    };
    expect(imagesOf(podOf({ job: 'python3.7' }), inInit, MOVED_NAME)).toEqual(PYTHON_311);
  });

  test('for another short name than the requested one', () => {
    expect(imagesOf(podOf({ job: 'python3.11' }, { annotations }), stored('python3.7'), MOVED_NAME)).toEqual(
      PYTHON_311,
    );
  });

  test('if no short name resolves to the old image, since the annotation is stale', () => {
    for (const image of ['nginx', 'python3.11', `${URL_37}:v1`, `${IMAGE_37}@sha256:00`])
      expect(
        imagesOf(podOf({ job: 'python3.7' }), podOf({ job: image }, { annotations }), MOVED_NAME),
      ).toEqual(PYTHON_311);
  });

  test('by an annotation that is no valid name', () => {
    for (const requested of [
      '',
      'x'.repeat(64),
      'a/b',
      'python3.7:v1',
      'python3.7@sha256:00',
      ' python3.7',
    ]) {
      const { operations } = mutatePod(
        updateOf(
          podOf({ job: requested || 'nginx' }),
          podOf({ job: IMAGE_37 }, { annotations: annotationsOf({ requested }) }),
        ),
        GONE,
        removal,
      ) as Json;
      expect(operations).toBeUndefined();
    }
  });

  test('for the second of two containers of one name in two lists, since the annotations are about the first', () => {
    const old = {
      metadata: { annotations },
      spec: {
        containers: [{ name: 'job', image: 'nginx' }],
        initContainers: [{ name: 'job', image: IMAGE_37 }],
      },
    };
    const update = { ...old, spec: { ...old.spec, initContainers: [{ name: 'job', image: 'python3.7' }] } };
    expect(imagesOf(update, old, MOVED_NAME)).toEqual([
      add('/spec/initContainers/0/image', `${URL_311}:latest`),
    ]);
  });
});

describe('an image that a container already has is never denied', () => {
  const past = denyOn('2027-03-02');
  const URL = 'https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python';
  const PAST = 'python3.7 is deprecated; use python3.11; its removal date 2027-03-01 has passed';
  const warnings = [`container "job": ${PAST}; see ${URL}`];
  const metadata = {
    annotations: annotationsOf({
      requested: 'python3.7',
      name: 'python3.7',
      deprecated: 'python3.7 is deprecated; use python3.11; removal on 2027-03-01',
    }),
    labels: { 'image-config.toolforge.org/deprecated': 'true' },
  };
  const old = podOf({ job: IMAGE_37 }, metadata);

  test('past its removal date, by the requested name: a warning says that the date has passed', () => {
    expectPatched(
      mutatePod(updateOf(podOf({ job: 'python3.7' }, metadata), old), smallLookup, past),
      [add(IMAGE, IMAGE_37)],
      warnings,
    );
  });

  test('past its removal date, by another name of its entry, which becomes the requested one', () => {
    expectPatched(
      mutatePod(updateOf(podOf({ job: 'tf-python37' }, metadata), old), smallLookup, past),
      [add(IMAGE, IMAGE_37), add(annotation('requested'), 'tf-python37')],
      warnings,
    );
  });

  test('past its removal date, by the URL, with or without its tag', () => {
    expectAllowed(mutatePod(updateOf(podOf({ job: URL_37 }, metadata), old), smallLookup, past), warnings);
    const without = podOf({ job: URL_37 }, metadata);
    expectAllowed(mutatePod(updateOf(old, without), smallLookup, past), warnings);
    expectPatched(
      mutatePod(updateOf(podOf({ job: 'python3.7' }, metadata), without), smallLookup, past),
      [add(IMAGE, URL_37)],
      warnings,
    );
  });

  test('past its removal date, in an ephemeral container that is sent again by its short name', () => {
    const withDebugger = (image: string) => ({
      ...podOf({ job: 'nginx' }),
      spec: { ephemeralContainers: [{ name: 'debug', image }] },
    });
    expectPatched(
      mutatePod(
        updateOf(withDebugger('python3.7'), withDebugger(IMAGE_37), { subResource: 'ephemeralcontainers' }),
        smallLookup,
        past,
      ),
      [add('/spec/ephemeralContainers/0/image', IMAGE_37)],
      [`ephemeral container "debug": ${PAST}; see ${URL}`],
    );
  });

  test('while another container is denied the same image', () => {
    expectDenied(
      mutatePod(updateOf(podOf({ job: 'python3.7', web: 'python3.7' }, metadata), old), smallLookup, past),
      `container "web" asks for "python3.7", and new Pods no longer get it: ${PAST}; see ${URL}`,
      warnings,
    );
  });

  test('even in a Pod with too many containers', () => {
    const range = [...new Array(1_001).keys()];
    const crowd = (image: string) => podOf(Object.fromEntries(range.map((i) => [`c${i}`, image])));
    expect(
      mutatePod(updateOf(crowd('python3.11'), crowd(`${URL_311}:latest`)), smallLookup, removal),
    ).toMatchObject({
      kind: 'patched',
    });
    expect(
      mutatePod(updateOf(crowd('python3.9'), crowd(`${URL_311}:latest`)), smallLookup, removal),
    ).toMatchObject({
      kind: 'denied',
    });
  });
});

describe('for every Pod and every change of the catalog', () => {
  test.each([
    ['all of it is gone', realLookup(2026), GONE],
    ['its images move to another registry', realLookup(2025), realLookup(2026)],
    ['a small one replaces it', realLookup(2026), smallLookup],
    ['it replaces a small one', smallLookup, realLookup(2026)],
    ['it stays, and every deprecated image is denied', smallLookup, smallLookup],
  ])('the unchanged manifest never changes the running images: %s', (_, before, after) => {
    fc.assert(
      fc.property(podsFor(before), (manifest) => {
        const created = mutatePod(podRequest(manifest), before, removal);
        if (created.kind === 'denied') return;
        const running = patchedBy(created, manifest);
        const request = updateOf(manifest, running);
        const verdict = mutatePod(request, after, denyOn('2099-01-01'));
        for (const applied of verdict.kind === 'denied' ? [] : [patchedBy(verdict, manifest)])
          for (const list of ['containers', 'initContainers', 'ephemeralContainers'])
            for (const [index, { name, image }] of (running.spec[list] ?? []).entries())
              if (isUnique(name, running)) expect(applied.spec[list][index].image).toBe(image);
        if (namesOf(running).every((name) => isUnique(name, running)))
          expect(verdict.kind).not.toBe('denied');
      }),
      { numRuns: Number(process.env.ADMISSION_PROPERTY_RUNS ?? 1_000) },
    );
  });

  const patchedBy = (verdict: Json, pod: Json): Json =>
    jsonpatch.applyPatch(
      jsonpatch.deepClone(pod),
      jsonpatch.deepClone((verdict.operations ?? []) as Operation[]),
      true,
    ).newDocument;

  /** A name that Kubernetes accepts, used once. */
  const isUnique = (name: string, pod: Json): boolean =>
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name ?? '') &&
    namesOf(pod).filter((other) => other === name).length === 1;
  const namesOf = ({ spec }: Json): string[] =>
    Object.values(spec).flatMap((containers: Json) => (containers ?? []).map(({ name }: Json) => name));
});

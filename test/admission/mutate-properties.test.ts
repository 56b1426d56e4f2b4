import fc from 'fast-check';
import jsonpatch, { type Operation } from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { mutatePod } from '../../src/admission/mutate.ts';
import { deprecationFact } from '../../src/catalog/entry.ts';
import type { Lookup } from '../../src/catalog/lookup.ts';
import { HOST, realLookup, smallLookup } from '../support/catalog.ts';
import { type Json, podRequest } from '../support/reviews.ts';

const OURS = /^(?:requested|name|deprecated)\.image-config\.toolforge\.org\//;
const LABEL = 'image-config.toolforge.org/deprecated';
const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;
const RUNS = Number(process.env.ADMISSION_PROPERTY_RUNS ?? 1_000);

describe.each([
  ['a small catalog', smallLookup],
  ['the catalog of 2025', realLookup(2025)],
  ['the catalog of 2026', realLookup(2026)],
])('whatever the Pod, with %s', (_, lookup) => {
  const pods = podsFor(lookup);

  test('created: our own answer, applied, needs no second one, and every fact is true', () => {
    fc.assert(
      fc.property(pods, (pod) => {
        const result = applied(pod, {}, lookup);
        if (result) expectTrueFacts(pod, result, lookup, () => false);
      }),
      { numRuns: RUNS },
    );
  });

  test('updated: the same, and what was there before keeps its image', () => {
    fc.assert(
      fc.property(pods, pods, fc.boolean(), (pod, other, related) => {
        const oldObject = related ? mixed(pod, other) : other;
        const result = applied(pod, { operation: 'UPDATE', oldObject }, lookup);
        if (result)
          expectTrueFacts(pod, result, lookup, (list, container) =>
            (oldObject.spec[list] ?? []).some(
              (old: Json) => (old.name ?? null) === (container.name ?? null) && old.image === container.image,
            ),
          );
      }),
      { numRuns: RUNS },
    );
  });

  test('debugged: nothing changes but the images of ephemeral containers', () => {
    fc.assert(
      fc.property(pods, pods, (pod, oldObject) => {
        const request = { operation: 'UPDATE', subResource: 'ephemeralcontainers', oldObject };
        const result = applied(pod, request, lookup);
        if (result)
          expect(withoutImages(result, ['ephemeralContainers'])).toEqual(
            withoutImages(pod, ['ephemeralContainers']),
          );
      }),
      { numRuns: RUNS },
    );
  });
});

/** The Pod as the API server stores it after our answer, or nothing where it is denied. */
function applied(pod: Json, request: Record<string, unknown>, lookup: Lookup): Json {
  const sent = JSON.stringify(pod);
  const verdict = mutatePod(podRequest(pod, request), lookup);
  expect(JSON.stringify(pod)).toBe(sent);
  expectSmall(verdict.warnings);
  if (verdict.kind === 'denied') {
    expect(verdict.message).not.toBe('');
    return undefined;
  }
  const operations =
    verdict.kind === 'patched' ? (JSON.parse(JSON.stringify(verdict.operations)) as Operation[]) : [];
  const result = patchedBy(operations, pod);
  for (const [index] of operations.entries())
    expect(patchedBy(operations.toSpliced(index, 1), pod)).not.toEqual(result);
  expect(mutatePod(podRequest(result, request), lookup)).toMatchObject({ kind: 'allowed' });
  return result;
}

/** What fast-json-patch makes of it, or nothing where a path leads nowhere. */
function patchedBy(operations: readonly Operation[], pod: Json): Json {
  try {
    return jsonpatch.applyPatch(jsonpatch.deepClone(pod), jsonpatch.deepClone(operations), true).newDocument;
  } catch {
    return undefined;
  }
}

function expectTrueFacts(
  pod: Json,
  result: Json,
  lookup: Lookup,
  wasThere: (list: string, container: Json) => boolean,
): void {
  expect(withoutImages(strangers(result), LISTS)).toEqual(withoutImages(strangers(pod), LISTS));
  if (pod.metadata.annotations && 'kubernetes.io/config.mirror' in pod.metadata.annotations) {
    expect(result).toEqual(pod);
    return;
  }

  const asker = pod.metadata.labels?.['app.kubernetes.io/managed-by'];
  const facts = new Map<string, string>();
  const seen = new Set<string>();
  let deprecated = false;
  for (const list of LISTS) {
    for (const [index, after] of (result.spec[list] ?? []).entries()) {
      const before = pod.spec[list][index];
      const asked = lookup.resolve(before.image ?? '', asker);
      const rewritten = asked.kind === 'short-name' && !wasThere(list, before);
      expect(after.image).toBe(rewritten ? `${asked.url}:latest` : before.image);
      const now = lookup.resolve(after.image ?? '', asker);
      if (!('entry' in now)) {
        if (after.image) seen.add(after.name);
        continue;
      }
      deprecated ||= now.entry.state === 'deprecated';
      if (seen.has(after.name) || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(after.name ?? '')) continue;
      seen.add(after.name);
      facts.set(`name.image-config.toolforge.org/${after.name}`, now.entry.name);
      const fact = deprecationFact(now.entry);
      if (fact) facts.set(`deprecated.image-config.toolforge.org/${after.name}`, fact);
      const key = `requested.image-config.toolforge.org/${after.name}`;
      const requested = rewritten ? before.image : pod.metadata.annotations?.[key];
      const gives = requested === undefined ? undefined : lookup.resolve(requested, asker);
      if (gives?.kind === 'short-name' && [gives.url, `${gives.url}:latest`].includes(after.image))
        facts.set(key, requested);
    }
  }
  const written = Object.entries(result.metadata.annotations ?? {}).filter(([key]) => OURS.test(key));
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(facts));
  expect(result.metadata.labels?.[LABEL]).toBe(deprecated ? 'true' : undefined);
}

/** The Pod without what is ours; a map that we had to make counts for nothing. */
function strangers(pod: Json): Json {
  const { annotations, labels, ...metadata } = pod.metadata;
  const others = (texts: Json, ours: (key: string) => boolean) =>
    Object.entries(texts ?? {}).filter(([key]) => !ours(key));
  return {
    ...pod,
    metadata,
    annotations: others(annotations, (key) => OURS.test(key)),
    labels: others(labels, (key) => key === LABEL),
  };
}

const withoutImages = (pod: Json, lists: readonly string[]): Json => ({
  ...pod,
  spec: Object.fromEntries(
    Object.entries(pod.spec).map(([list, containers]) => [
      list,
      lists.includes(list)
        ? (containers as Json[] | null)?.map((container) => ({ ...container, image: undefined }))
        : containers,
    ]),
  ),
});

function expectSmall(warnings: readonly string[]): void {
  let all = 0;
  for (const warning of warnings) {
    const bytes = new TextEncoder().encode(warning).length;
    all += bytes;
    expect(bytes).toBeLessThanOrEqual(256);
    expect(warning).not.toMatch(/\p{Cc}|warning/iu);
  }
  expect(all).toBeLessThanOrEqual(4_096);
  expect(new Set(warnings).size).toBe(warnings.length);
}

/** An old Pod that has much in common with the new one. */
function mixed(pod: Json, other: Json): Json {
  const spec = Object.fromEntries(
    LISTS.map((list) => [
      list,
      (pod.spec[list] ?? []).map((container: Json, index: number) =>
        index % 2 === 0 ? container : { ...container, image: other.spec.containers?.[0]?.image },
      ),
    ]),
  );
  return { ...other, spec };
}

function podsFor(lookup: Lookup): fc.Arbitrary<Json> {
  const shortName = fc.constantFrom(...lookup.shortNames.keys());
  const url = fc.constantFrom(
    ...lookup.catalog.entries.flatMap(({ image, variants }) => [
      ...(image ? [image] : []),
      ...variants.map(([, it]) => it),
    ]),
  );
  const tag = fc.constantFrom('', '', ':latest', ':v1', '@sha256:00', ':latest@sha256:00');
  const image = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(shortName, tag).map((parts) => parts.join('')) },
    { weight: 3, arbitrary: fc.tuple(url, tag).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: shortName.map((name) => `${HOST}/${name}`) },
    { weight: 1, arbitrary: shortName.map((name) => `${name}x`) },
    fc.constantFrom(
      'nginx',
      '',
      'nodee16',
      'tools-harbor.wmcloud.org/tool-x/y:latest',
      '__proto__',
      'constructor',
    ),
    fc.string({ unit: 'binary' }),
  );
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('web', 'job', 'a', 'b-c') },
    fc.constantFrom('A', '__proto__', 'a/b~c', 'a~1b', '', 'x'.repeat(64)),
    fc.string({ unit: 'binary' }),
  );
  const container = fc.record({ name, image, resources: fc.constant({}) }, { requiredKeys: [] });
  const containers = fc.option(fc.array(container, { maxLength: 5 }));
  const fact = fc
    .tuple(fc.constantFrom('requested', 'name', 'deprecated'), name)
    .map(([kind, about]) => `${kind}.image-config.toolforge.org/${about}`);
  const annotations = fc.dictionary(
    fc.oneof(
      { weight: 8, arbitrary: fact },
      fc.constantFrom('__proto__', 'a.b/c', 'image-config.toolforge.org/deprecated'),
      {
        weight: 1,
        arbitrary: fc.oneof(
          { weight: 3, arbitrary: fc.string() },
          fc.constant('kubernetes.io/config.mirror'),
        ),
      },
    ),
    fc.oneof(image, shortName, fc.string()),
    { maxKeys: 8 },
  );
  const labels = fc.record(
    {
      'app.kubernetes.io/managed-by': fc.constantFrom(
        'webservice',
        'toolforge-jobs-framework',
        'Helm',
        '*',
        '__proto__',
      ),
      [LABEL]: fc.constantFrom('true', 'false', ''),
      toolforge: fc.constant('tool'),
    },
    { requiredKeys: [] },
  );
  return (
    fc
      .record({
        metadata: fc.record(
          { annotations: fc.option(annotations), labels: fc.option(labels) },
          { requiredKeys: [] },
        ),
        spec: fc.record(
          { containers, initContainers: containers, ephemeralContainers: containers },
          { requiredKeys: [] },
        ),
      })
      // As they come in: no shared parts, no prototypes, `__proto__` a key like any other.
      .map((pod) => JSON.parse(JSON.stringify(pod)))
  );
}

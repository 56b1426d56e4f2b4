import fc from 'fast-check';
import jsonpatch, { type Operation } from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import type { ImagePolicy } from '../../src/admission/pod-refusal.ts';
import { deprecationFact } from '../../src/catalog/entry.ts';
import type { Lookup } from '../../src/catalog/lookup.ts';
import { podsFor } from '../support/arbitrary-pods.ts';
import { realLookup, smallLookup } from '../support/catalog.ts';
import { denyOn, removal, warnOn } from '../support/removal.ts';
import { type Json, podRequest, updateOf } from '../support/reviews.ts';
import { expectSmallWarnings } from '../support/verdicts.ts';
import { mutatePod } from '../support/webhooks.ts';

const OURS = /^(?:requested|name|deprecated)\.image-config\.toolforge\.org\//;
const LABEL = 'image-config.toolforge.org/deprecated';
const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;
const RUNS = Number(process.env.ADMISSION_PROPERTY_RUNS ?? 1_000);

/** One day after the removal date of an entry. */
const AFTER = '2027-03-02';

describe.each<[string, Lookup, ImagePolicy]>([
  ['a small catalog', smallLookup, removal],
  ['a small catalog with an image past its removal date', smallLookup, warnOn(AFTER)],
  ['a small catalog with an image that is denied by now', smallLookup, denyOn(AFTER)],
  ['the catalog of 2025', realLookup(2025), removal],
  ['the catalog of 2026', realLookup(2026), removal],
])('for every Pod, with %s', (_, lookup, policy) => {
  const pods = podsFor(lookup);

  test('a CREATE with the patch applied needs no second patch, and all annotations are true', () => {
    fc.assert(
      fc.property(pods, (pod) => {
        const given = { lookup, policy, old: undefined, lists: LISTS };
        const result = applied(pod, {}, given);
        if (result) expectTrueFacts(pod, result, given);
      }),
      { numRuns: RUNS },
    );
  });

  test('an UPDATE with the patch applied needs no second patch, and unchanged containers keep their images', () => {
    fc.assert(
      fc.property(pods, pods, fc.boolean(), (pod, other, related) => {
        const oldObject = related ? mixed(pod, other) : other;
        const given = { lookup, policy, old: oldObject, lists: LISTS };
        const result = applied(pod, { operation: 'UPDATE', oldObject }, given);
        if (result) expectTrueFacts(pod, result, given);
      }),
      { numRuns: RUNS },
    );
  });

  test('an update of ephemeral containers changes only their images', () => {
    fc.assert(
      fc.property(pods, pods, (pod, oldObject) => {
        const request = { operation: 'UPDATE', subResource: 'ephemeralcontainers', oldObject };
        const result = applied(pod, request, {
          lookup,
          policy,
          old: oldObject,
          lists: ['ephemeralContainers'],
        });
        if (result)
          expect(withoutImages(result, ['ephemeralContainers'])).toEqual(
            withoutImages(pod, ['ephemeralContainers']),
          );
      }),
      { numRuns: RUNS },
    );
  });
});

const named = (name: string | null | undefined) => (container: Json) =>
  Boolean(container.image) && (container.name ?? null) === (name ?? null);

const wasThere = ({ old }: Given, list: string, container: Json): boolean =>
  (old?.spec[list] ?? []).some(
    (before: Json) => named(container.name)(before) && before.image === container.image,
  );

/** `HOST/PATH` of an image without a tag, or with the tag `latest`. */
const urlIn = (image = ''): string | undefined => /^([^@]*\/[^:@]*)(?::latest)?$/su.exec(image)?.[1];

/** The container of this list and name in the old Pod. */
function before(
  { old }: Given,
  list: string,
  { name }: Json,
): { image?: string; annotation: (kind: string) => string } {
  const image = old?.spec[list]?.find(named(name))?.image;
  const first = LISTS.find((each) => old?.spec[each]?.some(named(name)));
  const isFactual = first === list && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name ?? '');
  return {
    image,
    annotation: (kind) =>
      (isFactual && old.metadata.annotations?.[`${kind}.image-config.toolforge.org/${name}`]) || '',
  };
}

/** The image that a container keeps: its short name resolves to the image, or it was created with this short name. */
function keeps(given: Given, list: string, container: Json, client: string | undefined) {
  const { image, annotation } = before(given, list, container);
  const url = urlIn(image);
  const written: string = container.image ?? '';
  if (url === undefined || wasThere(given, list, container)) return undefined;
  const asked = given.lookup.resolve(written, client);
  if (urlIn(written) === url) return { image: written, byFact: false };
  if (asked.kind === 'short-name' && asked.url === url) return { image, byFact: false };
  const requested = annotation('requested');
  const isAskedAgain =
    isShortName(requested) &&
    [written, `${written}:latest`, written.replace(/:latest$/, '')].includes(requested);
  return isAskedAgain ? { image, byFact: true } : undefined;
}

const isShortName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}(:latest)?$/.test(text);

interface Given {
  readonly lookup: Lookup;
  readonly policy: ImagePolicy;
  /** The old object of an UPDATE. */
  readonly old: Json;
  /** The containers that can change. */
  readonly lists: readonly (typeof LISTS)[number][];
}

/** The Pod as the API server stores it after the answer; undefined where it is denied. */
function applied(pod: Json, request: Record<string, unknown>, given: Given): Json {
  const { lookup, policy } = given;
  const sent = JSON.stringify(pod);
  const verdict = mutatePod(podRequest(pod, request), lookup, policy);
  expect(JSON.stringify(pod)).toBe(sent);
  expectSmallWarnings(verdict.warnings);
  expect(verdict.kind === 'denied').toBe(isDenied(pod, given));
  if (verdict.kind === 'denied') return undefined;
  const operations =
    verdict.kind === 'patched' ? (JSON.parse(JSON.stringify(verdict.operations)) as Operation[]) : [];
  const result = patchedBy(operations, pod);
  for (const [index] of operations.entries())
    expect(patchedBy(operations.toSpliced(index, 1), pod)).not.toEqual(result);
  expect(mutatePod(podRequest(result, request), lookup, policy)).toMatchObject({ kind: 'allowed' });
  if (request.subResource === undefined)
    expect(mutatePod(updateOf(result, result), lookup, denyOn('2099-01-01'))).toEqual({
      kind: 'allowed',
      warnings: [],
    });
  return result;
}

/** Whether a new container asks for an image that is denied. */
function isDenied(pod: Json, given: Given): boolean {
  const { lookup, policy, lists } = given;
  if (pod.metadata.annotations && 'kubernetes.io/config.mirror' in pod.metadata.annotations) return false;
  const client = pod.metadata.labels?.['app.kubernetes.io/managed-by'];
  return lists.some((list) =>
    (pod.spec[list] ?? []).some((container: Json) => {
      const found = lookup.resolve(container.image ?? '', client);
      if (!('entry' in found) || wasThere(given, list, container)) return false;
      if (keeps(given, list, container, client)) return false;
      const { state, deprecation: { removal: day = AFTER } = {} } = found.entry;
      const isPast = state === 'deprecated' && day < policy.today;
      return found.kind === 'no-variant' || (policy.pastRemoval === 'deny' && isPast);
    }),
  );
}

/** The result of fast-json-patch; undefined where a path leads nowhere. */
function patchedBy(operations: readonly Operation[], pod: Json): Json {
  try {
    return jsonpatch.applyPatch(jsonpatch.deepClone(pod), jsonpatch.deepClone(operations), true).newDocument;
  } catch {
    return undefined;
  }
}

function expectTrueFacts(pod: Json, result: Json, given: Given): void {
  const { lookup } = given;
  expect(withoutImages(strangers(result), LISTS)).toEqual(withoutImages(strangers(pod), LISTS));
  if (pod.metadata.annotations && 'kubernetes.io/config.mirror' in pod.metadata.annotations) {
    expect(result).toEqual(pod);
    return;
  }

  const client = pod.metadata.labels?.['app.kubernetes.io/managed-by'];
  const expected = new Map<string, string>();
  const seen = new Set<string>();
  let deprecated = false;
  for (const list of LISTS) {
    for (const [index, after] of (result.spec[list] ?? []).entries()) {
      const sent = pod.spec[list][index];
      const asked = lookup.resolve(sent.image ?? '', client);
      const kept = keeps(given, list, sent, client);
      const rewritten = asked.kind === 'short-name' && !wasThere(given, list, sent);
      expect(after.image).toBe(kept?.image ?? (rewritten ? `${asked.url}:latest` : sent.image));
      const now = lookup.resolve(after.image ?? '', client);
      const entry = 'entry' in now ? now.entry : undefined;
      deprecated ||= entry?.state === 'deprecated';
      if (!after.image || seen.has(after.name)) continue;
      seen.add(after.name);
      if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(after.name ?? '')) continue;
      const deprecation = entry && deprecationFact(entry);
      if (deprecation) expected.set(`deprecated.image-config.toolforge.org/${after.name}`, deprecation);
      const key = `requested.image-config.toolforge.org/${after.name}`;
      const requested = rewritten && !kept?.byFact ? sent.image : pod.metadata.annotations?.[key];
      const gives = requested === undefined ? undefined : lookup.resolve(requested, client);
      const old = before(given, list, sent);
      const isUnchanged = urlIn(old.image) !== undefined && urlIn(old.image) === urlIn(after.image);
      if (!kept?.byFact && gives?.kind === 'short-name' && gives.url === urlIn(after.image))
        expected.set(key, requested);
      else if (isUnchanged && isShortName(old.annotation('requested')))
        expected.set(key, old.annotation('requested'));
      const name =
        entry?.name ??
        (isUnchanged && isShortName(old.annotation('name')) ? old.annotation('name') : undefined);
      if (name !== undefined && (entry || !name.endsWith(':latest')))
        expected.set(`name.image-config.toolforge.org/${after.name}`, name);
    }
  }
  const written = Object.entries(result.metadata.annotations ?? {}).filter(([key]) => OURS.test(key));
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(expected));
  expect(result.metadata.labels?.[LABEL]).toBe(deprecated ? 'true' : undefined);
}

/** The Pod without the annotations and labels of the program. Empty maps are left out, since a patch may add them. */
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

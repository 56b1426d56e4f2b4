import {
  type Container,
  containersOf,
  type ImageSettings,
  isPodSpec,
  isRefused,
  LISTS,
  MOST_CONTAINERS,
  meantBy,
  tooMany,
  urlBehind,
} from './containers.ts';
import { deprecationOf, entryBehind, isDeprecated, withoutLatest } from './images.ts';
import { isAbsent, isObject, type Json, own } from './json.ts';
import { isMetadata, isReview } from './review.ts';
import { areSame, beforeOf, isDnsLabel, keptBy } from './running.ts';
import {
  addressOf,
  type ExpectedWarnings,
  keptWarnings,
  labelOf,
  quoted,
  volumeWarnings,
  warningsOf,
  whyRefused,
} from './warnings.ts';

/** The expected answer to a review at /mutate-pods. */
export type PodExpectation =
  /** Not a review of a Pod: HTTP 400. */
  | { readonly verdict: 'rejected' }
  | { readonly verdict: 'denied'; readonly message: string; readonly warnings: ExpectedWarnings }
  | {
      readonly verdict: 'allowed' | 'patched';
      /** The Pod after the patch. */
      readonly object: Json;
      /** The minimum number of operations. */
      readonly operations: number;
      readonly warnings: ExpectedWarnings;
    };

const DOMAIN = 'image-config.toolforge.org';
const LABEL = `${DOMAIN}/deprecated`;

export function expectedOfPod(review: Json, settings: ImageSettings): PodExpectation {
  if (!isReview(review)) return { verdict: 'rejected' };
  const { operation, object, oldObject, kind, resource, subResource } = review.request;
  if ((resource.group ?? '') !== '' || resource.resource !== 'pods') return { verdict: 'rejected' };
  if (operation === 'DELETE' || operation === 'CONNECT') return untouched(object);
  if ((kind.group ?? '') !== '' || kind.kind !== 'Pod') return { verdict: 'rejected' };
  const ephemeral = subResource === 'ephemeralcontainers';
  if (!isAbsent(subResource) && subResource !== '' && !ephemeral) return { verdict: 'rejected' };
  if (ephemeral && operation === 'CREATE') return { verdict: 'rejected' };
  if (!isPod(object)) return { verdict: 'rejected' };
  if (operation === 'UPDATE' && !isPod(oldObject)) return { verdict: 'rejected' };
  if (own(object.metadata.annotations, 'kubernetes.io/config.mirror') !== undefined) return untouched(object);

  const old = operation === 'UPDATE' ? oldObject : undefined;
  const asker = own(object.metadata.labels, 'app.kubernetes.io/managed-by');
  const containers = containersOf(object.spec, ephemeral ? ['ephemeralContainers'] : LISTS, old?.spec).map(
    (container) => ({ ...container, kept: keptBy(container, asker, old, settings) }),
  );
  const brought = containers.filter(({ fresh, kept }) => fresh && !kept).length;
  if (brought > MOST_CONTAINERS) {
    const message = tooMany(brought === containers.length ? 'this Pod has' : 'this change brings', brought);
    return { verdict: 'denied', message, warnings: [] };
  }
  const warnings = [
    // The volumes of an existing Pod cannot change.
    ...(old === undefined ? volumeWarnings(object.spec, asker, settings) : []),
    ...keptWarnings(containers, asker, settings),
    ...warningsOf(containers, asker, settings),
  ];
  const refused = containers.filter((container) => isRefused(container, asker, settings));
  if (refused.length > 0) return { verdict: 'denied', message: denial(refused, asker, settings), warnings };

  const after = structuredClone(object);
  let operations = rewrite(after, containers, asker, settings);
  if (!ephemeral && containers.length <= MOST_CONTAINERS) {
    const facts = factsOf({ object, old, containers }, asker, settings);
    operations += makeTrue(after.metadata, 'annotations', isFact, facts);
    const deprecated = containers.some((container) =>
      isDeprecated(entryBehind(settings.catalog, meantBy(container))),
    );
    const label = new Map(deprecated ? [[LABEL, 'true']] : []);
    operations += makeTrue(after.metadata, 'labels', (key) => key === LABEL, label);
  }
  return { verdict: operations === 0 ? 'allowed' : 'patched', object: after, operations, warnings };
}

const untouched = (object: Json): PodExpectation => ({
  verdict: 'allowed',
  object,
  operations: 0,
  warnings: [],
});

/** One line for each of the first ten. */
function denial(refused: readonly Container[], asker: string | undefined, settings: ImageSettings): string {
  const lines = refused.map((container) => {
    const { because, entry, why } = whyRefused(container, asker, settings);
    const page = addressOf(entry, settings);
    const address = page === undefined ? '' : `; see ${page}`;
    const reason = because === 'it is removed' ? `new Pods no longer get it: ${why}${address}` : why;
    return `${labelOf(container)} asks for ${quoted(container.image)}, and ${reason}`;
  });
  const more = lines.length - 10;
  return [
    ...lines.slice(0, 10),
    ...(more > 0 ? [`and ${more} more container${more === 1 ? '' : 's'}`] : []),
  ].join('\n');
}

const isPod = (pod: Json): boolean => isObject(pod) && isMetadata(pod.metadata) && isPodSpec(pod.spec);

/** Replaces short names by URLs, and counts the replacements. */
function rewrite(
  pod: Json,
  containers: readonly Container[],
  asker: string | undefined,
  settings: ImageSettings,
): number {
  let rewritten = 0;
  for (const container of containers) {
    const becomes = imageAfter(container, asker, settings);
    if (becomes === container.image) continue;
    pod.spec[container.list][container.index].image = becomes;
    rewritten++;
  }
  return rewritten;
}

function imageAfter(
  { image, fresh, kept }: Container,
  asker: string | undefined,
  settings: ImageSettings,
): string {
  if (kept) return kept.image;
  const url = fresh ? urlBehind(image, asker, settings) : undefined;
  return url === undefined ? image : `${url}:latest`;
}

const isFact = (key: string): boolean =>
  ['requested', 'name', 'deprecated'].some((what) => key.startsWith(`${what}.${DOMAIN}/`));

/** Exactly our annotations that are true for the Pod. */
function factsOf(
  { object: pod, old, containers }: { object: Json; old: Json; containers: readonly Container[] },
  asker: string | undefined,
  settings: ImageSettings,
): Map<string, string> {
  const facts = new Map<string, string>();
  const told: string[] = [];
  let room = roomForFacts(pod);
  for (const container of containers) {
    const { name, kept } = container;
    // An annotation key holds only a valid container name, and only one container of that name.
    if (name === undefined || !isDnsLabel(name) || told.includes(name)) continue;
    told.push(name);
    const image = imageAfter(container, asker, settings);
    const entry = entryBehind(settings.catalog, image);
    const before = beforeOf(container, old);
    const stays = before !== undefined && areSame(before.image, image) ? before : undefined;
    const requested = `requested.${DOMAIN}/${name}`;
    const claimed = own(pod.metadata.annotations, requested);
    const isWritten = container.image !== image && !kept?.byFact;
    const isTrue = !kept?.byFact && claimed !== undefined && leadsTo(claimed, image, asker, settings);
    const asked = isWritten ? container.image : isTrue ? claimed : stays?.requested;
    const called = entry ? entry.name : stays?.called;
    if (asked === undefined && called === undefined) continue;
    const nameFact = [`name.${DOMAIN}/${name}`, called ?? ''] as const;
    room -= requested.length + LONGEST_REQUEST + nameFact.join('').length;
    const deprecated = isDeprecated(entry)
      ? ([`deprecated.${DOMAIN}/${name}`, deprecationOf(entry, settings.catalog)] as const)
      : undefined;
    if (deprecated) room -= deprecated.join('').length;
    if (room < 0) break;

    if (called !== undefined) facts.set(...nameFact);
    if (deprecated) facts.set(...deprecated);
    if (asked !== undefined) facts.set(requested, asked);
  }
  return facts;
}

/** The longest requested name, with its tag. */
const LONGEST_REQUEST = `${'x'.repeat(63)}:latest`.length;

/**
 * Kubernetes allows 256 KiB of annotations. A quarter of that is for ours, less if other annotations leave no room. Containers
 * are annotated in order, each completely or, with all that follow, not at all.
 */
function roomForFacts(pod: Json): number {
  const others = Object.entries<string>(pod.metadata.annotations ?? {}).filter(([key]) => !isFact(key));
  const taken = others
    .map(([key, value]) => Buffer.byteLength(key + value))
    .reduce((sum, bytes) => sum + bytes, 0);
  return Math.min(64 * 1024, 256 * 1024 - taken);
}

/** Whether the short name resolves to this image for this client. */
function leadsTo(
  shortName: string,
  image: string,
  asker: string | undefined,
  settings: ImageSettings,
): boolean {
  const url = urlBehind(shortName, asker, settings);
  return url !== undefined && url === withoutLatest(image);
}

/** Sets our keys in a map to the expected values, and counts the operations. */
function makeTrue(
  metadata: Json,
  field: string,
  isOurs: (key: string) => boolean,
  wanted: ReadonlyMap<string, string>,
): number {
  let operations = 0;
  if (isAbsent(metadata[field]) && wanted.size > 0) {
    metadata[field] = {};
    operations++;
  }
  for (const key of Object.keys(metadata[field] ?? {})) {
    if (!isOurs(key) || wanted.has(key)) continue;
    delete metadata[field][key];
    operations++;
  }
  for (const [key, value] of wanted) {
    if (own(metadata[field], key) === value) continue;
    metadata[field][key] = value;
    operations++;
  }
  return operations;
}

import { deprecationFact } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import { textAt } from '../catalog/kubernetes-objects.ts';
import type { Lookup } from '../catalog/lookup.ts';
import { annotationKeys, DEPRECATED_LABEL, isOurAnnotation } from '../catalog/public-names.ts';
import { annotationBytes, keptAnnotationBytes, roomForAnnotations } from './annotation-budget.ts';
import {
  type ContainerResolution,
  isOfDeprecated,
  resolvedEntry,
  rewrittenTo,
} from './container-resolution.ts';
import { type JsonPatchOperation, pointer } from './json-patch.ts';
import { isSameImage } from './kept-image.ts';
import type { Metadata } from './metadata.ts';
import type { PodChange } from './pod-change.ts';
import { isContainerName } from './pod-images.ts';
import type { RunningContainer } from './running.ts';

/** Makes our annotations and label on a Pod true: adds what is missing, corrects what is wrong, removes what is stale. */
export function annotationOperations(
  change: PodChange,
  outcomes: readonly ContainerResolution[],
  lookup: Lookup,
): JsonPatchOperation[] {
  const { annotations, labels } = change.pod.metadata;
  const deprecated = outcomes.some(isOfDeprecated);
  return [
    ...corrections('annotations', annotations, annotationsFor(change, outcomes, lookup), isOurAnnotation),
    ...corrections(
      'labels',
      labels,
      new Map(deprecated ? [[DEPRECATED_LABEL, 'true']] : []),
      (key) => key === DEPRECATED_LABEL,
    ),
  ];
}

function annotationsFor(
  change: PodChange,
  outcomes: readonly ContainerResolution[],
  lookup: Lookup,
): Map<string, string> {
  const wanted = new Map<string, string>();
  const seen = new Set<string>();
  let room = roomForAnnotations(change.pod.metadata.annotations);
  for (const outcome of outcomes) {
    const { name } = outcome.container;
    // Of two containers with one name, which the API server refuses after us, the first gets the annotations.
    if (name === undefined || seen.has(name) || !isContainerName(name)) continue;
    seen.add(name);
    const entry = resolvedEntry(outcome);
    const before = sameImageBefore(outcome, change);
    // An image that the catalog no longer knows keeps the name that it had. What the catalog knows, it knows best.
    const named = entry?.name ?? before?.named;
    const requested = requestedOf(name, outcome, change, lookup) ?? before?.requested;
    if (named === undefined && requested === undefined) continue;
    room -= entry ? annotationBytes(name, entry) : keptAnnotationBytes(name, named);
    if (room < 0) break;

    if (requested !== undefined) wanted.set(annotationKeys.requested(name), requested);
    if (named !== undefined) wanted.set(annotationKeys.name(name), named);
    // Of an entry that is gone nothing is said: its replacement may be gone, too, and the old text could be anybody's.
    const deprecation = entry && deprecationFact(entry);
    if (deprecation !== undefined) wanted.set(annotationKeys.deprecated(name), deprecation);
  }
  return wanted;
}

/** What the old object says of a container that has the same image afterwards. */
function sameImageBefore(outcome: ContainerResolution, { running }: PodChange): RunningContainer | undefined {
  const before = running(outcome.container);
  const image = rewrittenTo(outcome) ?? outcome.container.image;
  return before && isSameImage(before.image, image) ? before : undefined;
}

/** The short name by which a container gets its image from this catalog: as this change writes it, or as the Pod says truly. */
function requestedOf(
  name: string,
  outcome: ContainerResolution,
  { pod, client }: PodChange,
  lookup: Lookup,
): string | undefined {
  const { image } = outcome.container;
  if (outcome.kept?.instead) return undefined;
  if (rewrittenTo(outcome) !== undefined) return image;
  const recorded = textAt(pod.metadata.annotations, annotationKeys.requested(name));
  return recorded !== undefined && isImageFor(recorded, image, client, lookup) ? recorded : undefined;
}

/** Whether this client gets this very image for the short name. */
function isImageFor(shortName: string, image: string, client: string | undefined, lookup: Lookup): boolean {
  const resolution = lookup.resolve(shortName, client);
  const { name, latest } = splitLatest(image);
  return resolution.kind === 'short-name' && latest && resolution.url === name;
}

function corrections(
  field: 'annotations' | 'labels',
  present: Metadata['labels'],
  wanted: ReadonlyMap<string, string>,
  isOurs: (key: string) => boolean,
): JsonPatchOperation[] {
  const operations: JsonPatchOperation[] = [];
  if (!present && wanted.size > 0) operations.push({ op: 'add', path: `/metadata/${field}`, value: {} });
  for (const [key, value] of wanted) {
    if (textAt(present, key) !== value)
      operations.push({ op: 'add', path: pointer('metadata', field, key), value });
  }
  for (const key in present) {
    if (Object.hasOwn(present, key) && isOurs(key) && !wanted.has(key))
      operations.push({ op: 'remove', path: pointer('metadata', field, key) });
  }
  return operations;
}

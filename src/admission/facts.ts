import { deprecationFact } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import type { Lookup } from '../catalog/lookup.ts';
import { DEPRECATED_LABEL, factKeys, isFactKey } from '../catalog/pod-facts.ts';
import { factBytes, roomForFacts } from './fact-budget.ts';
import { type JsonPatchOperation, pointer } from './json-patch.ts';
import { type Metadata, textAt } from './metadata.ts';
import { entryOf, isOfDeprecated, type Outcome, rewrittenTo } from './outcomes.ts';
import type { PodChange } from './pod-change.ts';

/** Makes the facts on a Pod true: adds and corrects what is missing or wrong, removes what is a lie or stale. */
export function factOperations(
  change: PodChange,
  outcomes: readonly Outcome[],
  lookup: Lookup,
): JsonPatchOperation[] {
  const { annotations, labels } = change.pod.metadata;
  const deprecated = outcomes.some(isOfDeprecated);
  return [
    ...corrections('annotations', annotations, annotationsFor(change, outcomes, lookup), isFactKey),
    ...corrections(
      'labels',
      labels,
      new Map(deprecated ? [[DEPRECATED_LABEL, 'true']] : []),
      (key) => key === DEPRECATED_LABEL,
    ),
  ];
}

function annotationsFor(
  { pod, asker }: PodChange,
  outcomes: readonly Outcome[],
  lookup: Lookup,
): Map<string, string> {
  const wanted = new Map<string, string>();
  const named = new Set<string>();
  let room = roomForFacts(pod.metadata.annotations);
  for (const outcome of outcomes) {
    const { name, image } = outcome.container;
    // Of two containers with one name, which the API server refuses after us, the first has the facts.
    if (name === undefined || named.has(name) || !isContainerName(name)) continue;
    named.add(name);
    const entry = entryOf(outcome);
    if (!entry) continue;
    room -= factBytes(name, entry);
    if (room < 0) break;

    const requested = factKeys.requested(name);
    if (rewrittenTo(outcome) !== undefined) wanted.set(requested, image);
    else {
      const recorded = textAt(pod.metadata.annotations, requested);
      if (recorded !== undefined && isImageFor(recorded, image, asker, lookup))
        wanted.set(requested, recorded);
    }

    wanted.set(factKeys.name(name), entry.name);
    const deprecation = deprecationFact(entry);
    if (deprecation !== undefined) wanted.set(factKeys.deprecated(name), deprecation);
  }
  return wanted;
}

/** Whether this asker gets this very image for the short name. */
function isImageFor(shortName: string, image: string, asker: string | undefined, lookup: Lookup): boolean {
  const resolution = lookup.resolve(shortName, asker);
  const { name, latest } = splitLatest(image);
  return resolution.kind === 'short-name' && latest && resolution.url === name;
}

/** Only a DNS label fits behind the slash of a key; Kubernetes gives no container another name. */
const isContainerName = (name: string): boolean =>
  name.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(name);

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

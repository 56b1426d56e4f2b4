import { deprecationFact, deprecationUrl, type Entry, isPastRemoval } from '../catalog/entry.ts';
import { CLIENT_LABEL } from '../catalog/public-names.ts';
import { counted } from '../catalog/wording.ts';
import { type ContainerResolution, resolvedEntry } from './container-resolution.ts';
import { type Container, containerLabel } from './pod.ts';
import { quoted } from './quoting.ts';
import type { DenialPart } from './verdict.ts';

/** How new Pods with images past their removal date are treated. */
export interface RemovalPolicy {
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  /** `warn` allows the Pod with a warning, `deny` denies it. */
  readonly pastRemoval: 'warn' | 'deny';
}

/** The settings that decide about images, besides the catalog. */
export interface ImagePolicy extends RemovalPolicy {
  /** Whether registry-admission is in the cluster. It denies Deployments with short names. */
  readonly registryAdmission: 'absent' | 'present';
}

/** Maximum number of containers that a denial names. It counts the others: a longer message helps no one. */
const SPELLED_OUT = 10;

/** Why a Pod is denied, one part for each container that cannot have its image; undefined if all can. */
export function podRefusal(
  resolutions: readonly ContainerResolution[],
  client: string | undefined,
  removal: RemovalPolicy,
): readonly DenialPart[] | undefined {
  const refusals: DenialPart[] = [];
  for (const resolved of resolutions) {
    const reason = refusal(resolved, client, removal);
    if (reason !== undefined) refusals.push(reason);
  }
  if (refusals.length === 0) return undefined;
  const more = refusals.length - SPELLED_OUT;
  return [
    ...refusals.slice(0, SPELLED_OUT),
    ...(more > 0 ? [{ field: 'spec', text: `and ${counted(more, 'more container')}` }] : []),
  ];
}

function refusal(
  resolved: ContainerResolution,
  client: string | undefined,
  removal: RemovalPolicy,
): DenialPart | undefined {
  // Removal comes first: `noImage` would suggest another image of the same entry.
  const removed = removedReason(resolved, removal);
  const reason = removed ?? noImage(resolved, client);
  if (reason === undefined) return undefined;
  const { container } = resolved;
  return {
    field: fieldPath(container),
    text: `${containerLabel(container)} asks for ${quoted(container.image)}, and ${reason}`,
    code: removed === undefined ? 'no-image' : 'past-removal',
  };
}

/** The notation of the API server: `spec.containers[0].image`. */
const fieldPath = ({ at }: Container): string =>
  at
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');

function removedReason(resolved: ContainerResolution, removal: RemovalPolicy): string | undefined {
  const entry = removedEntry(resolved, removal);
  if (!entry) return undefined;
  const url = deprecationUrl(entry);
  return `new Pods no longer get it: ${whyRemoved(entry, removal)}${url === undefined ? '' : `; see ${url}`}`;
}

/** The entry of an image that is denied since it is past its removal date. An image that the Pod had before is not denied. */
export function removedEntry(
  resolved: ContainerResolution,
  { today, pastRemoval }: RemovalPolicy,
): Entry | undefined {
  if (pastRemoval === 'warn' || !resolved.fresh || resolved.kept) return undefined;
  const entry = resolvedEntry(resolved);
  return entry && isPastRemoval(entry, today) ? entry : undefined;
}

/** Why images of an entry are denied, and what to do. */
export function whyRemoved(entry: Entry, { today }: RemovalPolicy): string {
  const advice = entry.deprecation?.replacement === undefined ? '; ask for another image' : '';
  return `${deprecationFact(entry, today)}${advice}`;
}

/** Why a short name has no image for this client, and what to do; undefined if it has one. */
export function noImage(
  { fresh, resolution }: ContainerResolution,
  client: string | undefined,
): string | undefined {
  if (!fresh || resolution.kind !== 'no-variant') return undefined;
  const { entry, has } = resolution;
  return (
    `${entry.name} has no image for ${clientLabel(client)}: ` +
    (has.length === 0
      ? 'it has no image at all; ask for another name'
      : `it has only ${has.join(', ')}; ask for another name, or write the URL of one of these`)
  );
}

/** The words for a client in messages. */
export const clientLabel = (client: string | undefined): string =>
  client === undefined
    ? `Pods without the label ${CLIENT_LABEL}`
    : `${quoted(client)} (label ${CLIENT_LABEL})`;

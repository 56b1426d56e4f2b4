import { type Entry, isDeprecated, listsImage } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import type { Lookup, Resolution } from '../catalog/lookup.ts';
import type { Container } from './pod.ts';
import type { RequestedImages } from './pod-change.ts';
import { type KeptImage, keptImage, type RunningContainer } from './running.ts';

/** The image of one container, resolved. Patch, annotations, warnings and denial all follow from it. */
export interface ContainerResolution {
  readonly container: Container;
  /** Whether the request adds the container or changes its image. Only such an image is rewritten, warned about or denied. */
  readonly fresh: boolean;
  /** The resolution of the image that the container keeps (`kept`), or else of the image that it asks for. */
  readonly resolution: Resolution;
  /** Present if a running container keeps its image. */
  readonly kept?: KeptImage | undefined;
}

/** One resolution for each container that can change, in the order in which messages name containers. */
export const containerResolutions = (asked: RequestedImages, lookup: Lookup): ContainerResolution[] =>
  asked.containers.map((container) => containerResolution(container, asked, lookup));

function containerResolution(
  container: Container,
  { seen, running, client }: RequestedImages,
  lookup: Lookup,
): ContainerResolution {
  const fresh = !seen(container);
  const resolution = lookup.resolve(container.image, client);
  const kept = fresh ? keptImage(container, resolution, running(container)) : undefined;
  return { container, fresh, resolution: kept ? lookup.resolve(kept.image, client) : resolution, kept };
}

/** The image that replaces a short name; undefined if the image stays as it is. */
export function rewrittenTo({ container, fresh, resolution, kept }: ContainerResolution): string | undefined {
  if (kept) return kept.image === container.image ? undefined : kept.image;
  return fresh && resolution.kind === 'short-name' ? `${resolution.url}:latest` : undefined;
}

/** The entry of the image, by short name or URL; rewritten or not. */
export const resolvedEntry = ({ resolution }: ContainerResolution): Entry | undefined =>
  'entry' in resolution ? resolution.entry : undefined;

/** The entry with the name or alias in a URL `HOST/ALIAS` that the entry does not list; undefined for any other image. */
export function calledLike({ container, resolution }: ContainerResolution): Entry | undefined {
  if (resolution.kind !== 'url') return undefined;
  const { name } = splitLatest(container.image);
  return name.includes('/') && !listsImage(resolution.entry, name) ? resolution.entry : undefined;
}

export function isOfDeprecated(resolved: ContainerResolution): boolean {
  const entry = resolvedEntry(resolved);
  return entry !== undefined && isDeprecated(entry);
}

/**
 * Maximum number of containers of one Pod whose images are resolved. It is far more than a node can run, and keeps the answer
 * small: a review of 8 MiB has room for a hundred thousand containers, and the patch for all of them would have 70 MB.
 */
const MAX_CONTAINERS = 1_000;

/** Why a Pod with too many containers is denied; undefined if it is not. Containers that keep their image do not count. */
export function tooManyContainers(
  { containers, seen, running, client }: RequestedImages,
  lookup: Lookup,
  what: 'Pod' | 'template' = 'Pod',
): string | undefined {
  if (containers.length <= MAX_CONTAINERS) return undefined;
  const isKept = (container: Container, had: RunningContainer): boolean =>
    keptImage(container, lookup.resolve(container.image, client), had) !== undefined;
  const fresh = containers.filter((container) => {
    if (seen(container)) return false;
    const had = running(container);
    return !had || !isKept(container, had);
  }).length;
  if (fresh <= MAX_CONTAINERS) return undefined;
  const found = fresh === containers.length ? `this ${what} has` : 'this change brings';
  return `${found} ${fresh} containers, and at most ${MAX_CONTAINERS} of one Pod get their images resolved`;
}

/**
 * Whether annotations about all containers would make the answer too large. If so, the annotations of the Pod stay as they are.
 */
export const hasTooManyAnnotations = ({ containers }: RequestedImages): boolean =>
  containers.length > MAX_CONTAINERS;

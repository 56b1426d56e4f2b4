import { type Entry, isDeprecated, listsImage } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import type { Lookup, Resolution } from '../catalog/lookup.ts';
import { type KeptImage, keptImage } from './kept-image.ts';
import type { ImagesAsked } from './pod-change.ts';
import type { Container } from './pod-images.ts';

/** What becomes of one container. Patch, annotations, warnings and denial all follow from it. */
export interface ContainerResolution {
  readonly container: Container;
  /** New, or with an image that this change brings: only then it is rewritten, warned about or denied. */
  readonly fresh: boolean;
  /** Of the image that it asks for, or of the one that it keeps. */
  readonly resolution: Resolution;
  /** Where a running container keeps the image that it has. */
  readonly kept?: KeptImage | undefined;
}

/** One outcome for each container that can change, in the order in which containers are spoken of. */
export const containerResolutions = (asked: ImagesAsked, lookup: Lookup): ContainerResolution[] =>
  asked.containers.map((container) => containerResolution(container, asked, lookup));

function containerResolution(
  container: Container,
  { seen, running, client }: ImagesAsked,
  lookup: Lookup,
): ContainerResolution {
  const fresh = !seen(container);
  const resolution = lookup.resolve(container.image, client);
  const kept = fresh ? keptImage(container, resolution, running(container)) : undefined;
  return { container, fresh, resolution: kept ? lookup.resolve(kept.image, client) : resolution, kept };
}

/** The image that takes the place of a short name, if it does. */
export function rewrittenTo({ container, fresh, resolution, kept }: ContainerResolution): string | undefined {
  if (kept) return kept.image === container.image ? undefined : kept.image;
  return fresh && resolution.kind === 'short-name' ? `${resolution.url}:latest` : undefined;
}

/** Whose image it is, by short name or URL; rewritten or not. */
export const resolvedEntry = ({ resolution }: ContainerResolution): Entry | undefined =>
  'entry' in resolution ? resolution.entry : undefined;

/** The entry that the URL asked for is called like (`HOST/ALIAS`) without being one of its URLs. */
export function calledLike({ container, resolution }: ContainerResolution): Entry | undefined {
  if (resolution.kind !== 'url') return undefined;
  const { name } = splitLatest(container.image);
  return name.includes('/') && !listsImage(resolution.entry, name) ? resolution.entry : undefined;
}

export function isOfDeprecated(outcome: ContainerResolution): boolean {
  const entry = resolvedEntry(outcome);
  return entry !== undefined && isDeprecated(entry);
}

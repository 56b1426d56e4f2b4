import type { Lookup, Resolution } from '../catalog/lookup.ts';
import { containerLabel } from './container-label.ts';
import { type ContainerResolution, resolvedEntry } from './container-resolution.ts';
import { isSameImage } from './kept-image.ts';
import { clientLabel } from './no-image.ts';
import { quoted } from './quoting.ts';

/** Warns of each short name that no longer gives a running container the image that it keeps: what to write, and why. */
export function* keptWarnings(
  outcomes: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
): Iterable<string> {
  for (const outcome of outcomes) {
    const { container, kept } = outcome;
    if (!kept?.instead) continue;
    // What to write comes first: the end of a long warning is cut.
    yield `${containerLabel(container)} keeps its image: write ${nameOf(outcome, kept.image, client, lookup)} instead of ` +
      `${quoted(container.image)}, which ${whatBecameOf(kept.instead, client)}`;
  }
}

/** The canonical name where it resolves to this image, else the URL. */
function nameOf(
  outcome: ContainerResolution,
  image: string,
  client: string | undefined,
  lookup: Lookup,
): string {
  const name = resolvedEntry(outcome)?.name;
  const resolution = name === undefined ? undefined : lookup.resolve(name, client);
  return name !== undefined && resolution?.kind === 'short-name' && isSameImage(resolution.url, image)
    ? name
    : image;
}

function whatBecameOf(resolution: Resolution, client: string | undefined): string {
  switch (resolution.kind) {
    case 'short-name':
      return `now resolves to another image (${resolution.entry.name})`;
    case 'no-variant':
      return `has no image any more for ${clientLabel(client)}`;
    case 'unknown-short-name':
    case 'url':
    case 'foreign':
      return 'is no longer in the catalog';
  }
}

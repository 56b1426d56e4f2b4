import { deprecationFact, deprecationUrl, type Entry, isPastRemoval } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import {
  type Lookup,
  listedUrl,
  type Resolution,
  suggestForRepository,
  taggedEntry,
  unknownRepository,
} from '../catalog/lookup.ts';
import {
  type ContainerResolution,
  calledLike,
  isOfDeprecated,
  resolvedEntry,
} from './container-resolution.ts';
import { containerLabel } from './pod.ts';
import { clientLabel, type RemovalPolicy, removedEntry } from './pod-refusal.ts';
import { quoted } from './quoting.ts';
import { isSameImage } from './running.ts';
import { firstThatFits } from './warnings.ts';

/**
 * Maximum number of unknown names, and of unknown repositories, that get a suggestion. Each search takes a few milliseconds in a
 * large catalog; a Pod has few containers.
 */
const LOOKED_UP = 10;

/**
 * Warns of misspelt names, of other tags, of unknown repositories, of URLs that the catalog does not list, and of deprecated
 * images, in this order of importance. The warnings of a template are about its Pods.
 */
export function podWarnings(
  resolutions: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
  removal: RemovalPolicy,
  what: 'Pod' | 'template' = 'Pod',
): Iterable<string> {
  const notable = resolutions.filter((resolved) => resolved.fresh && isNotable(resolved, lookup));
  return notable.length === 0 ? [] : warningsAbout(notable, client, lookup, removal, what);
}

/** Whether there may be a warning about a container. Most Pods have no such container. */
function isNotable(resolved: ContainerResolution, lookup: Lookup): boolean {
  const { container, resolution } = resolved;
  switch (resolution.kind) {
    case 'unknown-short-name':
      return true;
    case 'foreign':
      return (
        taggedEntry(container.image, lookup) !== undefined ||
        unknownRepository(container.image, lookup) !== undefined
      );
    case 'short-name':
    case 'no-variant':
    case 'url':
      return isOfDeprecated(resolved) || calledLike(resolved) !== undefined;
  }
}

function* warningsAbout(
  resolutions: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
  removal: RemovalPolicy,
  what: 'Pod' | 'template',
): Iterable<string> {
  yield* misspellings(resolutions, lookup, what);
  yield* otherTags(resolutions, client, lookup, removal);
  yield* unknownRepositories(resolutions, client, lookup);
  yield* unlistedUrls(resolutions, client, lookup, removal);
  yield* deprecations(resolutions, removal);
}

function* misspellings(
  resolutions: readonly ContainerResolution[],
  lookup: Lookup,
  what: 'Pod' | 'template',
): Iterable<string> {
  const next = `The image stays as it is, and ${what === 'Pod' ? 'the Pod' : 'its Pods'} will not start`;
  const meant = new Map<string, Entry | undefined>();
  for (const { container, resolution } of resolutions) {
    if (resolution.kind !== 'unknown-short-name') continue;
    const { shortName } = resolution;
    if (!meant.has(shortName)) {
      if (meant.size === LOOKED_UP) return;
      meant.set(shortName, lookup.suggest(shortName));
    }
    const entry = meant.get(shortName);
    if (!entry) continue;
    const label = containerLabel(container);
    yield firstThatFits(
      `${label}: no image ${quoted(shortName)} in the catalog; did you mean ${entry.name}? ${next}`,
      `${label}: no such image in the catalog; did you mean ${entry.name}? ${next}`,
      `${label}: no such image in the catalog; did you mean ${entry.name}?`,
    );
  }
}

/** The catalog has each image as `latest`. Another tag is left as it is. */
function* otherTags(
  resolutions: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
  { today }: RemovalPolicy,
): Iterable<string> {
  for (const { container, resolution } of resolutions) {
    const entry = resolution.kind === 'foreign' ? taggedEntry(container.image, lookup) : undefined;
    if (!entry) continue;
    const label = containerLabel(container);
    const only = `${label}: the catalog has ${entry.name} with the tag latest only`;
    const deprecation = deprecationFact(entry, today);
    const url = listedUrl(container.image, entry, client, lookup);
    if (deprecation !== undefined)
      yield withAddress(firstThatFits(`${only}; ${deprecation}`, `${label}: ${deprecation}`), entry);
    else if (url !== undefined)
      yield firstThatFits(
        `${only}; write ${url}:latest instead of ${quoted(container.image)}`,
        `${only}; write ${url}:latest`,
        `${only}; write that tag`,
      );
  }
}

/** Images of a repository that the catalog does not have, on a host of the catalog. */
function* unknownRepositories(
  resolutions: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
): Iterable<string> {
  const meant = new Map<string, Entry | undefined>();
  for (const { container, resolution, kept } of resolutions) {
    const unknown = resolution.kind === 'foreign' ? unknownRepository(container.image, lookup) : undefined;
    if (!unknown || kept) continue;
    const { host, repository } = unknown;
    if (!meant.has(repository)) {
      if (meant.size === LOOKED_UP) return;
      meant.set(repository, suggestForRepository(repository, lookup));
    }
    const entry = meant.get(repository);
    const url = entry && listedUrl(container.image, entry, client, lookup);
    const label = containerLabel(container);
    const none = `${label}: the catalog has no ${quoted(`${host}/${repository}`)}`;
    yield url === undefined
      ? `${none}; the image stays as it is`
      : firstThatFits(
          `${none}; did you mean ${url}:latest?`,
          `${label}: the catalog has no such image; did you mean ${url}:latest?`,
          `${none}; the image stays as it is`,
        );
  }
}

/** Leaves out images that are denied: the denial has the reason. */
function* unlistedUrls(
  resolutions: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
  removal: RemovalPolicy,
): Iterable<string> {
  for (const resolved of resolutions) {
    const entry = calledLike(resolved);
    if (!entry || removedEntry(resolved, removal)) continue;
    const { name: url } = splitLatest(resolved.container.image);
    const label = containerLabel(resolved.container);
    const listed = listedUrl(url, entry, client, lookup);
    const remedy = listed === undefined ? `${entry.name} has no image` : `write ${listed}:latest`;
    yield firstThatFits(
      `${label}: ${quoted(url)} is called like ${entry.name}, but the catalog does not list it; ${remedy}`,
      `${label}: called like ${entry.name}, but not listed; ${remedy}`,
      `${label}: called like ${entry.name}, but not listed; write a URL that is`,
    );
  }
}

/** Images past their removal date come first. Leaves out images that are denied: the denial has the reason. */
function* deprecations(
  resolutions: readonly ContainerResolution[],
  removal: RemovalPolicy,
): Iterable<string> {
  const deprecated = resolutions.flatMap((resolved) => {
    const entry = resolvedEntry(resolved);
    return entry && isOfDeprecated(resolved) && !removedEntry(resolved, removal)
      ? [{ container: resolved.container, entry, past: isPastRemoval(entry, removal.today) }]
      : [];
  });
  for (const pastOnes of [true, false]) {
    for (const { container, entry, past } of deprecated) {
      if (past === pastOnes)
        yield withAddress(`${containerLabel(container)}: ${deprecationFact(entry, removal.today)}`, entry);
    }
  }
}

/** Adds the URL of the deprecation to a warning, unless the warning would then be cut: half a URL leads nowhere. */
export function withAddress(warning: string, entry: Entry): string {
  const url = deprecationUrl(entry);
  return url === undefined ? warning : firstThatFits(`${warning}; see ${url}`, warning);
}

/** Warns of each short name that no longer resolves to the image that its running container keeps: what to write, and why. */
export function* keptWarnings(
  resolutions: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
): Iterable<string> {
  for (const resolved of resolutions) {
    const { container, kept } = resolved;
    if (!kept?.instead) continue;
    // What to write comes first: the end of a long warning is cut.
    yield `${containerLabel(container)} keeps its image: write ${nameOf(resolved, kept.image, client, lookup)} instead of ` +
      `${quoted(container.image)}, which ${whatBecameOf(kept.instead, client)}`;
  }
}

/** The canonical name if it resolves to this image, or else the URL. */
function nameOf(
  resolved: ContainerResolution,
  image: string,
  client: string | undefined,
  lookup: Lookup,
): string {
  const name = resolvedEntry(resolved)?.name;
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

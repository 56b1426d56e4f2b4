import { deprecationFact, type Entry, imagesOf, isPastRemoval } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import type { Lookup } from '../catalog/lookup.ts';
import { containerLabel } from './container-label.ts';
import {
  type ContainerResolution,
  calledLike,
  isOfDeprecated,
  resolvedEntry,
} from './container-resolution.ts';
import { type RemovalPolicy, removedEntry } from './past-removal.ts';
import { quoted } from './quoting.ts';
import { firstThatFits } from './warnings.ts';
import { withAddress } from './with-address.ts';

/** Comparing with every name of a large catalog costs a few milliseconds; a Pod has few containers. */
const LOOKED_UP = 10;

/** Most important first: a misspelt name never starts, a URL that the catalog does not list may not exist, a deprecated image runs. */
export function podWarnings(
  outcomes: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
  removal: RemovalPolicy,
): Iterable<string> {
  const notable = outcomes.filter((outcome) => outcome.fresh && isNotable(outcome));
  return notable.length === 0 ? [] : warningsAbout(notable, client, lookup, removal);
}

/** Of most Pods nothing is. */
const isNotable = (outcome: ContainerResolution): boolean =>
  outcome.resolution.kind === 'unknown-short-name' ||
  isOfDeprecated(outcome) ||
  calledLike(outcome) !== undefined;

function* warningsAbout(
  outcomes: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
  removal: RemovalPolicy,
): Iterable<string> {
  yield* misspellings(outcomes, lookup);
  yield* unlistedUrls(outcomes, client, lookup, removal);
  yield* deprecations(outcomes, removal);
}

function* misspellings(outcomes: readonly ContainerResolution[], lookup: Lookup): Iterable<string> {
  const meant = new Map<string, Entry | undefined>();
  for (const { container, resolution } of outcomes) {
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
      `${label}: no image ${quoted(shortName)} in the catalog; did you mean ${entry.name}?`,
      `${label}: no such image in the catalog; did you mean ${entry.name}?`,
    );
  }
}

/** An image that is denied has its reason in the denial. */
function* unlistedUrls(
  outcomes: readonly ContainerResolution[],
  client: string | undefined,
  lookup: Lookup,
  removal: RemovalPolicy,
): Iterable<string> {
  for (const outcome of outcomes) {
    const entry = calledLike(outcome);
    if (!entry || removedEntry(outcome, removal)) continue;
    const { name: url } = splitLatest(outcome.container.image);
    const label = containerLabel(outcome.container);
    const remedy = `write ${listedUrl(entry, client, lookup)}:latest`;
    yield firstThatFits(
      `${label}: ${quoted(url)} is called like ${entry.name}, but the catalog does not list it; ${remedy}`,
      `${label}: called like ${entry.name}, but not listed; ${remedy}`,
      `${label}: called like ${entry.name}, but not listed; write a URL that is`,
    );
  }
}

/** The URL that this client (by `managed-by`) gets for the name; where it gets none, the first one of the entry. */
function listedUrl(entry: Entry, client: string | undefined, lookup: Lookup): string {
  const resolution = lookup.resolve(entry.name, client);
  return resolution.kind === 'short-name' ? resolution.url : (imagesOf(entry)[0]?.image ?? '');
}

/** Images past their removal date come first. Why one is denied is told where it is denied, and not again. */
function* deprecations(outcomes: readonly ContainerResolution[], removal: RemovalPolicy): Iterable<string> {
  const deprecated = outcomes.flatMap((outcome) => {
    const entry = resolvedEntry(outcome);
    return entry && isOfDeprecated(outcome) && !removedEntry(outcome, removal)
      ? [{ container: outcome.container, entry, past: isPastRemoval(entry, removal.today) }]
      : [];
  });
  for (const pastOnes of [true, false]) {
    for (const { container, entry, past } of deprecated) {
      if (past === pastOnes)
        yield withAddress(`${containerLabel(container)}: ${deprecationFact(entry, removal.today)}`, entry);
    }
  }
}

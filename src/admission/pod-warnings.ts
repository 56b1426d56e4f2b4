import { nearest } from '../catalog/did-you-mean.ts';
import { deprecationFact, type Entry } from '../catalog/entry.ts';
import type { Lookup } from '../catalog/lookup.ts';
import { containerLabel } from './container-label.ts';
import { quoted } from './legible.ts';
import { entryOf, type Outcome } from './outcomes.ts';
import { fitsOneWarning } from './warnings.ts';

/** Comparing with every name of a large catalog costs about a millisecond; a Pod has few containers. */
const LOOKED_UP = 10;

/** What the person who asks should hear. A misspelt name never starts, a deprecated image does: it comes second. */
export function* podWarnings(outcomes: readonly Outcome[], lookup: Lookup): Iterable<string> {
  const fresh = outcomes.filter((outcome) => outcome.fresh);
  yield* misspellings(fresh, lookup);
  yield* deprecations(fresh);
}

function* misspellings(outcomes: readonly Outcome[], lookup: Lookup): Iterable<string> {
  const meant = new Map<string, Entry | undefined>();
  for (const { container, resolution } of outcomes) {
    if (resolution.kind !== 'unknown-short-name') continue;
    const { shortName } = resolution;
    if (!meant.has(shortName)) {
      if (meant.size === LOOKED_UP) return;
      meant.set(shortName, lookup.shortNames.get(nearest(shortName, lookup.shortNames.keys()) ?? ''));
    }
    const entry = meant.get(shortName);
    if (entry)
      yield `${containerLabel(container)}: no image ${quoted(shortName)} in the catalog; did you mean ${entry.name}?`;
  }
}

function* deprecations(outcomes: readonly Outcome[]): Iterable<string> {
  for (const outcome of outcomes) {
    const entry = entryOf(outcome);
    const fact = entry && deprecationFact(entry);
    if (fact === undefined) continue;
    const warning = `${containerLabel(outcome.container)}: ${fact}`;
    const url = entry?.deprecation?.url;
    const withUrl = `${warning}; see ${url}`;
    yield url !== undefined && fitsOneWarning(withUrl) ? withUrl : warning;
  }
}

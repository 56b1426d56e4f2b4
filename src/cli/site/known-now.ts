import { loadCatalog } from '../../catalog/load.ts';
import { buildLookup } from '../../catalog/lookup.ts';
import { decodeState } from '../../site/state.ts';
import { useNotKnown } from '../../site/use.ts';
import { askCatalog } from '../ask-catalog.ts';
import { type CommandResult, toUsageError, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import type { KnownOptions, KnownTerms } from './options.ts';
import { readState } from './read-state.ts';
import type { Known } from './source.ts';

/** Reads once what the site knows: from a file, from `serve` or from a cluster. */
export async function knownNow(
  options: KnownOptions,
  terms: KnownTerms,
  io: Io,
): Promise<Known | CommandResult> {
  const { catalog: file, state, precedence } = options;
  if (file !== undefined) {
    const catalog = await askCatalog(options, io);
    return 'exitCode' in catalog ? catalog : { lookup: buildLookup(catalog, precedence), use: useNotKnown };
  }
  if (state !== undefined) return knownFrom(state, io.today());
  // Loaded only for a cluster, like the client of it.
  const { knownInCluster } = await import('./known-in-cluster.ts');
  return knownInCluster(options, terms, io);
}

/** Reads a state once. */
async function knownFrom(place: string, today: string): Promise<Known> {
  const found = await readState(place).catch(toUsageError);
  const { catalog: served, outdated, use, settings } = decoded(found?.text ?? '', place);
  const { policy, precedence, pastRemoval } = settings;
  const { catalog } = loadCatalog(served?.text ?? '', policy, today);
  if (!catalog) throw new UsageError(`the state at ${place} has no valid catalog`);
  return { lookup: buildLookup(catalog, precedence), use, pastRemoval, outdated: outdated ?? undefined };
}

function decoded(text: string, place: string): ReturnType<typeof decodeState> {
  try {
    return decodeState(text);
  } catch (error) {
    throw new UsageError(`cannot read the state at ${place}: ${(error as Error).message}`, { cause: error });
  }
}

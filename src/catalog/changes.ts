import { type ChangeContext, comparisonOf } from './changes/comparison.ts';
import { nameChanges } from './changes/names.ts';
import { type ReaderLoss, readerChanges, readerLosses } from './changes/readers.ts';
import { urlChanges } from './changes/urls.ts';
import type { ParsedEntry } from './parsed-entry.ts';
import type { Problem } from './problem.ts';
import type { Reader } from './readers.ts';
import type { Successor } from './successors.ts';

export interface Changes {
  /** The consumers that read the old document. The change is assessed for them. */
  readonly readers: readonly Reader[];
  /** By old name. */
  readonly successors: ReadonlyMap<string, Successor>;
  /** What the workloads of each client lose, by old name. */
  readonly losses: ReadonlyMap<string, readonly ReaderLoss[]>;
  readonly problems: readonly Problem[];
}

/** Compares two documents: what an edit takes from the readers of the catalog. Positions refer to the new document. */
export function compareCatalogs(
  before: readonly ParsedEntry[],
  after: readonly ParsedEntry[],
  context: ChangeContext,
): Changes {
  const comparison = comparisonOf(before, after, context);
  return {
    readers: comparison.readers,
    successors: comparison.successors,
    losses: readerLosses(comparison),
    problems: [...readerChanges(comparison), ...nameChanges(comparison), ...urlChanges(comparison)],
  };
}

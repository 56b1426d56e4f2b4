import type { ParsedEntry } from '../parsed-entry.ts';
import type { CatalogPolicy } from '../policy.ts';
import type { Problem } from '../problem.ts';

/**
 * The input of a rule: the parsed entries, the policy, and the date (YYYY-MM-DD, UTC). A conflict of two entries is reported for
 * the later one.
 */
export interface RuleContext {
  readonly entries: readonly ParsedEntry[];
  readonly policy: CatalogPolicy;
  readonly today: string;
}

export type Rule = (context: RuleContext) => Iterable<Problem>;

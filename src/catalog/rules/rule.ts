import type { Draft } from '../draft.ts';
import type { CatalogPolicy } from '../load.ts';
import type { Problem } from '../problem.ts';

/** What a rule looks at: every entry that could be read, the policy, and the date (YYYY-MM-DD, UTC). */
export interface RuleContext {
  readonly drafts: readonly Draft[];
  readonly policy: CatalogPolicy;
  readonly today: string;
}

export type Rule = (judged: RuleContext) => Iterable<Problem>;

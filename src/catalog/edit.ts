import {
  type AcknowledgementSources,
  acknowledgementsOf,
  type IgnoredAcknowledgement,
} from './acknowledgement.ts';
import { nothingForJobs } from './changes/readers.ts';
import { type Changes, compareCatalogs } from './changes.ts';
import { digestOf, type Loaded, loadCatalog } from './load.ts';
import type { ClientPrecedence } from './lookup.ts';
import type { CatalogPolicy } from './policy.ts';
import { WHOLE_DOCUMENT } from './positions.ts';
import type { Problem } from './problem.ts';

import { type Usage, unknownUsage } from './usage.ts';

/** A text that is to be stored, and what it takes the place of. */
export interface CatalogEdit {
  readonly after: EditedText;
  /** What is stored, or served where nothing is stored; absent where there is nothing to compare with. */
  readonly before?: EditedText | undefined;
  /** What is acknowledged elsewhere than in annotations. */
  readonly acknowledged?: readonly string[];
}

/** The text of a ConfigMap with what else of the object matters. */
export interface EditedText {
  readonly text: string;
  /** The value of `ACKNOWLEDGE`. */
  readonly acknowledge?: string | undefined;
  readonly immutable?: boolean | undefined;
}

export interface EditTerms {
  readonly policy: CatalogPolicy;
  readonly precedence: ClientPrecedence;
  /** YYYY-MM-DD, UTC. */
  readonly today: string;
  readonly usage: Usage;
}

export interface JudgedEdit {
  /** The new text by itself. */
  readonly loaded: Loaded;
  /** All problems, of the new text and of the change. */
  readonly problems: readonly Problem[];
  readonly comparison: EditComparison;
  /** Annotations that name something that this edit takes, and do not count. */
  readonly ignored: readonly IgnoredAcknowledgement[];
}

export type EditComparison =
  | ({
      readonly kind: 'compared';
      /** Of the old text. */
      readonly digest: string;
    } & Omit<Changes, 'problems'>)
  /** The old text cannot be read as a catalog. */
  | { readonly kind: 'unreadable' }
  /** There is no old text, or nothing of the new one could be read. */
  | { readonly kind: 'none' };

/** Judges an edit by who reads the catalog: the webhook, `lint --against`, `diff` and `audit --edit` all ask here. */
export function judgeEdit({ after, before, acknowledged = [] }: CatalogEdit, terms: EditTerms): JudgedEdit {
  const { policy, today, precedence } = terms;
  const loaded = loadCatalog(after.text, policy, today);
  const old = before && loadCatalog(before.text, policy, today);
  const { subjects, ignored } = acknowledgementsOf(sourcesOf(after, before));
  const counting = new Set([...subjects, ...acknowledged]);
  const problems = [
    ...immutability({ after, before }, counting),
    ...nothingForJobs(loaded.parsed, old?.parsed ?? []),
    ...loaded.problems,
  ];
  // Of a text of which nothing could be read the one problem says enough.
  if (!before || !old || loaded.parsed.length === 0)
    return { loaded, problems, comparison: { kind: 'none' }, ignored: [] };
  if (isUnreadable(old)) return { loaded, problems, comparison: { kind: 'unreadable' }, ignored: [] };

  const digest = digestOf(before.text);
  const { problems: changes, ...compared } = compareCatalogs(old.parsed, loaded.parsed, {
    usage: usageFor(digest, terms.usage),
    acknowledged: counting,
    precedence,
  });
  const missing = new Set(
    changes.flatMap((change) => ('subjects' in change && !change.acknowledged ? change.subjects : [])),
  );
  return {
    loaded,
    problems: [...problems, ...changes],
    comparison: { kind: 'compared', digest, ...compared },
    ignored: ignored.filter((annotation) => annotation.subjects.some((subject) => missing.has(subject))),
  };
}

/** An edit that leaves the text as it is: only that the object becomes immutable can be wrong with it. */
export const judgeObjectAlone = (edit: Required<Pick<CatalogEdit, 'after' | 'before'>>): readonly Problem[] =>
  immutability(edit, acknowledgementsOf(sourcesOf(edit.after, edit.before)).subjects);

const sourcesOf = (after: EditedText, before: EditedText | undefined): AcknowledgementSources => ({
  after: after.acknowledge,
  before: before?.acknowledge,
  stored: digestOf(before?.text ?? ''),
});

/** What can only be deleted can never be corrected. */
function immutability(
  { after, before }: Pick<CatalogEdit, 'after' | 'before'>,
  acknowledged: ReadonlySet<string>,
): Problem[] {
  if (!after.immutable || before?.immutable) return [];
  const isAcknowledged = acknowledged.has('immutable');
  return [
    {
      code: 'immutable-config-map',
      severity: isAcknowledged ? 'warning' : 'error',
      acknowledged: isAcknowledged,
      subjects: ['immutable'],
      at: WHOLE_DOCUMENT,
      field: 'immutable',
    },
  ];
}

/** What is served may be older than what is stored: use of a name that only the stored text has is not known by it. */
const usageFor = (digest: string, usage: Usage): Usage =>
  (usage.judgedBy ?? digest) === digest ? usage : unknownUsage;

/** Whether nothing of a text could be read, so that the losses of an edit are not known. `{}` is readable and empty. */
export const isUnreadable = ({ parsed, problems }: Loaded): boolean =>
  parsed.length === 0 && problems.every(({ code }) => code !== 'empty-catalog');

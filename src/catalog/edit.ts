import {
  type AcknowledgementSources,
  acknowledgementsOf,
  type IgnoredAcknowledgement,
} from './acknowledgement.ts';
import { nothingForJobs } from './changes/readers.ts';
import { type Changes, compareCatalogs } from './changes.ts';
import { oldestFirst } from './copied-entries.ts';
import { digestOf, type Loaded, loadCatalog } from './load.ts';
import type { ClientPrecedence } from './lookup.ts';
import type { ParsedEntry } from './parsed-entry.ts';
import type { CatalogPolicy } from './policy.ts';
import { WHOLE_DOCUMENT } from './positions.ts';
import type { Problem } from './problem.ts';
import { type Usage, unknownUsage } from './usage.ts';

/** A text to be stored, and the text that it replaces. */
export interface CatalogEdit {
  readonly after: EditedText;
  /** The stored text, or the served one if none is stored; absent if there is nothing to compare with. */
  readonly before?: EditedText | undefined;
  /** Subjects that are acknowledged by other means than annotations. */
  readonly acknowledged?: readonly string[];
}

/** The text of a ConfigMap, with the other parts of the object that matter. */
export interface EditedText {
  readonly text: string;
  /** The value of the annotation `ACKNOWLEDGE`. */
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

export interface EditValidation {
  /** The new text by itself. */
  readonly loaded: Loaded;
  /** All problems, of the new text and of the change. */
  readonly problems: readonly Problem[];
  readonly comparison: EditComparison;
  /** Annotations that name a subject of this edit and do not count. */
  readonly ignored: readonly IgnoredAcknowledgement[];
}

export type EditComparison =
  | ({
      readonly kind: 'compared';
      /** The digest of the old text. */
      readonly digest: string;
    } & Omit<Changes, 'problems'>)
  /** The old text cannot be read as a catalog. */
  | { readonly kind: 'unreadable' }
  /** There is no old text, or nothing of the new one could be read. */
  | { readonly kind: 'none' };

/**
 * Validates the new text of an edit, and assesses the change for the readers of the catalog. The webhook, `lint --against`,
 * `diff` and `audit --edit` all use it.
 */
export function validateEdit(
  { after, before, acknowledged = [] }: CatalogEdit,
  terms: EditTerms,
): EditValidation {
  const { policy, today, precedence } = terms;
  const old = before && loadCatalog(before.text, policy, today);
  const loaded = loadCatalog(after.text, policy, today, old?.parsed);
  const { subjects, ignored } = acknowledgementsOf(sourcesOf(after, before));
  const counting = new Set([...subjects, ...acknowledged]);
  const problems = [
    ...immutability({ after, before }, counting),
    ...nothingForJobs(loaded.parsed, old?.parsed ?? []),
    ...loaded.problems,
  ];
  // A new text that cannot be read has problems of its own, which say enough. So has one in which entries lost their names.
  const isNameMissing = loaded.problems.some((problem) => 'missingName' in problem);
  if (!before || !old || loaded.parsed.length === 0 || isNameMissing)
    return { loaded, problems, comparison: { kind: 'none' }, ignored: [] };
  if (isUnreadable(old)) return { loaded, problems, comparison: { kind: 'unreadable' }, ignored: [] };

  const digest = digestOf(before.text);
  const { problems: changes, ...compared } = compareCatalogs(
    old.parsed,
    withoutMisshapen(oldestFirst(loaded.parsed, old.parsed), loaded.problems),
    {
      usage: usageFor(digest, terms.usage),
      acknowledged: counting,
      precedence,
    },
  );
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

/** Validates an edit that does not change the text. Its one possible problem is that the object becomes immutable. */
export const validateUnchangedText = (
  edit: Required<Pick<CatalogEdit, 'after' | 'before'>>,
): readonly Problem[] => immutability(edit, acknowledgementsOf(sourcesOf(edit.after, edit.before)).subjects);

const sourcesOf = (after: EditedText, before: EditedText | undefined): AcknowledgementSources => ({
  after: after.acknowledge,
  before: before?.acknowledge,
  stored: digestOf(before?.text ?? ''),
});

/** The problem of an edit that makes the ConfigMap immutable: such an object can only be deleted, never corrected. */
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

/**
 * Marks entries with a misspelt field or a value of the wrong type as unreadable: what such a field holds is not lost, and has a
 * problem of its own.
 */
function withoutMisshapen(
  entries: readonly ParsedEntry[],
  problems: readonly Problem[],
): readonly ParsedEntry[] {
  const names = new Set(entries.map(({ name }) => name.text));
  const misshapen = new Set(
    problems.flatMap((problem) =>
      problem.code === 'misspelt-field' || (problem.code === 'wrong-type' && !problem.loose)
        ? (entryOf(problem.field, names) ?? [])
        : [],
    ),
  );
  return entries.map((entry) => (misshapen.has(entry.name.text) ? { ...entry, readable: false } : entry));
}

/** The longest name with which the path of a field begins; names may have dots. */
function entryOf(field: string, names: ReadonlySet<string>): string | undefined {
  const steps = field.split('.', MOST_STEPS);
  for (; steps.length > 0; steps.pop()) {
    const name = steps.join('.');
    if (names.has(name)) return name;
  }
  return undefined;
}

/** A name of 63 characters has at most 32 parts; five more steps lead to the deepest field. */
const MOST_STEPS = 37;

/** Usage is unknown if it was computed from another text: the served catalog may lack names of the stored one. */
const usageFor = (digest: string, usage: Usage): Usage =>
  (usage.catalogDigest ?? digest) === digest ? usage : unknownUsage;

/** Whether nothing of a text could be read, so that the losses of an edit are not known. `{}` is readable and empty. */
export const isUnreadable = ({ parsed, problems }: Loaded): boolean =>
  parsed.length === 0 && problems.every(({ code }) => code !== 'empty-catalog');

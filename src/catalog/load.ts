import { createHash } from 'node:crypto';
import { withAdvice } from './advice.ts';
import { entryNames } from './ambiguous-scalars.ts';
import { readDocument } from './document.ts';
import type { Catalog } from './entry.ts';
import { entryFrom, type ParsedEntry, parsedEntries } from './parsed-entry.ts';
import type { CatalogPolicy } from './policy.ts';
import { type Problem, severityOf } from './problem.ts';
import { rules } from './rules/index.ts';
import { shapeProblems } from './schema.ts';

export interface Loaded {
  /** Present if no problem is an error. */
  readonly catalog?: Catalog;
  /** The entries that could be parsed, also of a faulty document. They are compared with those of another text. */
  readonly parsed: readonly ParsedEntry[];
  /** All problems, in any number and order; `report` orders and cuts them. */
  readonly problems: readonly Problem[];
}

/** Validates the text of `images-v1.yaml`. `today` is YYYY-MM-DD, UTC; the same text and day give the same result. */
export function loadCatalog(text: string, policy: CatalogPolicy, today: string): Loaded {
  const { root, problems: textProblems, notACatalog, hasReferences } = readDocument(text, policy);
  if (notACatalog) return { parsed: [], problems: notACatalog };
  if (!root) return { parsed: [], problems: textProblems };

  const parsed = parsedEntries(root);
  // An anchor may hold the fields that seem to be missing, so shape and rules are not checked.
  if (hasReferences) return { parsed, problems: textProblems };
  const context = { entries: parsed, policy, today };
  const problems = [...textProblems];
  for (const problem of shapeProblems(root)) problems.push(problem);
  for (const problem of entryNames(root)) problems.push(problem);
  for (const rule of rules) for (const problem of rule(context)) problems.push(problem);

  const accepted = problems.every((problem) => severityOf(problem) === 'warning');
  if (!accepted) return { parsed, problems };
  const entries = withAdvice(parsed.map(entryFrom), policy.deprecationUrl);
  return { catalog: { entries, digest: digestOf(text) }, parsed, problems };
}

/** `sha256:` and the hex digits of a text: the value of break-glass annotations and metrics. */
export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

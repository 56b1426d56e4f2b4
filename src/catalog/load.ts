import { createHash } from 'node:crypto';
import { withAdvice } from './advice.ts';
import { entryNames } from './ambiguous-scalars.ts';
import { oldestFirst } from './copied-entries.ts';
import { readDocument } from './document.ts';
import type { Catalog } from './entry.ts';
import { entryFrom, type ParsedEntry, parsedEntries } from './parsed-entry.ts';
import type { CatalogPolicy } from './policy.ts';
import { type Problem, severityOf } from './problem.ts';
import { rules } from './rules/index.ts';
import type { RuleContext } from './rules/rule.ts';
import { shapeProblems } from './schema.ts';
import type { MappingNode } from './yaml/node.ts';

export interface Loaded {
  /** Present if no problem is an error, except for fields at the wrong level that leave the rest without errors. */
  readonly catalog?: Catalog;
  /** The entries that could be parsed, also of a faulty document. They are compared with those of another text. */
  readonly parsed: readonly ParsedEntry[];
  /** All problems, in any number and order; `report` orders and cuts them. */
  readonly problems: readonly Problem[];
}

/**
 * Validates the text of `images-v1.yaml`. `today` is YYYY-MM-DD, UTC; the same text and day give the same result. With the entries
 * `before` an edit, a conflict of two entries is reported for the one that the edit adds or changes.
 */
export function loadCatalog(
  text: string,
  policy: CatalogPolicy,
  today: string,
  before: readonly ParsedEntry[] = [],
): Loaded {
  const document = readDocument(text, policy);
  const { root, problems: textProblems, inPlace, notACatalog, hasReferences } = document;
  if (notACatalog) return { parsed: [], problems: notACatalog };
  if (!root) return { parsed: [], problems: textProblems };

  // An anchor may hold the fields that seem to be missing, so shape and rules are not checked.
  if (hasReferences) return { parsed: parsedEntries(root), problems: textProblems };
  const validate = (mapping: MappingNode, found: readonly Problem[]) => {
    const parsed = parsedEntries(mapping);
    const entries = oldestFirst(parsed, before);
    const problems = [...found, ...entryProblems(mapping, { entries, policy, today })];
    return { parsed, problems };
  };
  const written = validate(root, textProblems);
  const accepted = written.problems.every((problem) => severityOf(problem) === 'warning');
  const { parsed, problems } = inPlace ? validate(inPlace.root, inPlace.problems) : written;
  const all = inPlace ? [...problems, ...inPlace.misplaced] : problems;
  if (!accepted) return { parsed, problems: all };
  // Consumers read what is written, and a catalog that an earlier version accepted must still be served.
  const entries = withAdvice(written.parsed.map(entryFrom), policy.deprecationUrl);
  return { catalog: { entries, digest: digestOf(text) }, parsed, problems: all };
}

function* entryProblems(root: MappingNode, context: RuleContext): Iterable<Problem> {
  yield* shapeProblems(root);
  yield* entryNames(root);
  for (const rule of rules) yield* rule(context);
}

/** `sha256:` and the hex digits of a text: the value of break-glass annotations and metrics. */
export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

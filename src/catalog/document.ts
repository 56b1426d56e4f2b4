import { ambiguousScalars } from './ambiguous-scalars.ts';
import { fieldAt, fieldPath } from './field.ts';
import { isLikeEntry, withoutLooseFields } from './loose-fields.ts';
import { fieldsInPlace } from './misplaced-fields.ts';
import { namelessEntries } from './nameless-entries.ts';
import { otherFile } from './other-file.ts';
import { type CatalogPolicy, documentLimit, overLimit } from './policy.ts';
import { type Span, WHOLE_DOCUMENT } from './positions.ts';
import type { Problem } from './problem.ts';
import { hidingCharacters, type YamlFinding } from './yaml/characters.ts';
import { hasReferences, keyIdentity, kindOf, type MappingNode, type YamlNode } from './yaml/node.ts';
import { type Parsed, type ParseFault, parseYaml } from './yaml/parse.ts';
import { outsideCommonSubset } from './yaml/subset.ts';
import { syntaxCauses } from './yaml/syntax-causes.ts';

export interface CatalogDocument {
  /** Absent if the text cannot be read as a catalog; a problem says why. */
  readonly root?: MappingNode;
  /** The document with each field where it belongs, and its problems instead of `problems`; absent if no field is at the wrong level. */
  readonly inPlace?: {
    readonly root: MappingNode;
    readonly problems: readonly Problem[];
    /** The fields at the wrong level. */
    readonly misplaced: readonly Problem[];
  };
  readonly problems: readonly Problem[];
  /** The problems to report instead of all others; present if the text is not meant to be a catalog. */
  readonly notACatalog?: readonly Problem[];
  /** Whether an entry refers to an anchor, by an alias or a merge key: then the shape of entries is unknown. */
  readonly hasReferences?: boolean;
}

/** Reads the text of a catalog as the consumers do, and reports everything that other readers read differently. */
export function readDocument(text: string, policy: CatalogPolicy): CatalogDocument {
  const limit = documentLimit(text, policy);
  if (limit) return { problems: [limit] };

  const parsed = parseYaml(text, policy.maxDepth);
  if ('kind' in parsed) return { problems: faultProblems(text, parsed, policy) };

  const written = parsed.documents[0]?.root;
  if (written?.kind === 'mapping' && written.pairs.length > policy.maxEntries)
    return { problems: [overLimit('entries', written.pairs.length, policy.maxEntries)] };
  const isAlone =
    written !== undefined &&
    written.kind !== 'opaque' &&
    parsed.documents.length === 1 &&
    parsed.oddKeys.length === 0;
  const notACatalog =
    isAlone && !isLikeCatalog(written)
      ? { notACatalog: [...characterProblems(text, written), noCatalog(written)] }
      : {};

  const { root, problems: loose } =
    written?.kind === 'mapping' ? withoutLooseFields(written) : { root: written, problems: [] };
  const problems = [
    ...characterProblems(text, root),
    ...subsetProblems(text, parsed, root),
    ...documentProblems(parsed),
    ...loose,
    ...ambiguousScalars(root),
  ];
  if (written?.kind !== 'mapping' || root?.kind !== 'mapping')
    return { problems: [...problems, ...repeatedKeys(root, text)], ...notACatalog };
  // References are searched in `written`: in `root`, entries that lost their fields are opaque without being references.
  const withReferences = hasReferences(written);
  const inPlace = withReferences ? undefined : fieldsInPlace(root);
  return {
    root,
    // Also where a field at the wrong level hides the repetition: the consumers read what is written.
    problems: [...problems, ...repeatedKeys(root, text)],
    ...notACatalog,
    ...(inPlace &&
      inPlace.problems.length > 0 && {
        inPlace: {
          root: inPlace.root,
          problems: [...problems, ...repeatedKeys(inPlace.root, text)],
          misplaced: inPlace.problems,
        },
      }),
    hasReferences: withReferences,
  };
}

/**
 * Whether a text is meant to be a catalog: an empty mapping, or a mapping in which at least one value looks like an entry. A
 * mapping of a few other values also counts, as entries with faults, unless it has the shape of another file.
 */
const isLikeCatalog = (root: YamlNode | undefined): boolean =>
  root?.kind === 'mapping' &&
  (root.pairs.length === 0 ||
    root.pairs.some(({ value }) => isLikeEntry(value)) ||
    withoutLooseFields(root).problems.length > 0 ||
    (root.pairs.length <= FEW && otherFile(root) === undefined));

const FEW = 3;

function noCatalog(root: YamlNode | undefined): Problem {
  const looksLike = otherFile(root);
  return {
    code: 'not-a-mapping',
    found: kindOf(root),
    keys: root?.kind === 'mapping' ? root.pairs.map(({ key }) => key.text) : [],
    ...(looksLike !== undefined && { looksLike }),
    at: WHOLE_DOCUMENT,
    field: '',
  };
}

/**
 * Problems of a text that cannot be parsed. If a hiding character makes the parser fail, only the character is reported: that is
 * clearer.
 */
function faultProblems(text: string, fault: ParseFault, policy: CatalogPolicy): Problem[] {
  const hiding = [...characterProblems(text, undefined)];
  const { start } = fault.at;
  const isTold = hiding.some(({ at }) => at.start <= start && start <= at.end);
  if (fault.kind === 'depth') {
    return [...hiding, overLimit('depth', policy.maxDepth + 1, policy.maxDepth, fault.at)];
  }
  return isTold ? hiding : [...hiding, ...malformed(text, fault.at, fault.reason)];
}

/** The likely causes of a syntax error; if none is found, the reason that the parser gives. */
function malformed(text: string, at: Span, reason: string): Problem[] {
  const causes = syntaxCauses(text, at);
  if (causes.length > 0) return causes.map((cause) => problemOf(cause, undefined));
  const remedy = 'look at this line and the one before it: indentation, colons, quotes and brackets';
  return [{ code: 'yaml-syntax', reason, remedy, at, field: '' }];
}

function* characterProblems(text: string, root: YamlNode | undefined): Iterable<Problem> {
  for (const finding of hidingCharacters(text)) yield problemOf(finding, root);
}

function* subsetProblems(text: string, parsed: Parsed, root: YamlNode | undefined): Iterable<Problem> {
  for (const finding of outsideCommonSubset(text, parsed)) yield problemOf(finding, root);
  for (const { at, kind } of parsed.oddKeys) {
    // `outsideCommonSubset` reports keys that are too long.
    if (kind === 'too long') continue;
    const what = 'a key that is not plain text';
    yield problemOf({ kind: 'feature', at, what, remedy: 'write a name as the key' }, root);
  }
}

function problemOf({ kind, at, what, remedy, lines }: YamlFinding, root: YamlNode | undefined): Problem {
  const place = { at, field: fieldAt(root, at.start), ...(lines && { lines }) };
  return kind === 'syntax'
    ? { code: 'yaml-syntax', reason: what, remedy, ...place }
    : { code: 'yaml-feature', feature: what, remedy, ...place };
}

function* documentProblems({ documents, oddKeys }: Parsed): Iterable<Problem> {
  const second = documents[1];
  if (second) yield { code: 'multiple-documents', at: second.at, field: '' };
  const root = documents[0]?.root;
  if (root?.kind === 'mapping') {
    if (root.pairs.length === 0 && oddKeys.length === 0)
      yield { code: 'empty-catalog', at: WHOLE_DOCUMENT, field: '' };
  } else {
    yield noCatalog(root);
  }
}

/** Problems of repeated keys. Readers that allow them take the last one silently, and an entry vanishes. */
function* repeatedKeys(
  node: YamlNode | undefined,
  text: string,
  path: readonly (string | number)[] = [],
): Iterable<Problem> {
  if (node?.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) yield* repeatedKeys(item, text, [...path, index]);
  } else if (node?.kind === 'mapping') {
    const nameless = path.length === 1 ? namelessEntries(node, text) : [];
    for (const { first, name } of nameless)
      yield {
        code: 'duplicate-key',
        key: first.key.text,
        other: node.pairs[0]?.key.at ?? node.at,
        missingName: name,
        at: first.key.at,
        field: fieldPath([...path, first.key.text]),
      };
    const first = new Map<string, Span>();
    for (const { key, value } of node.pairs) {
      const identity = keyIdentity(key);
      const other = first.get(identity);
      const below = [...path, key.text];
      if (!other) first.set(identity, key.at);
      else if (nameless.length === 0)
        yield { code: 'duplicate-key', key: key.text, other, at: key.at, field: fieldPath(below) };
      yield* repeatedKeys(value, text, below);
    }
  }
}

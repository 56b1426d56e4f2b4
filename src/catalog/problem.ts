import type { Span } from './positions.ts';
import type { ReaderLabel } from './readers.ts';
import type { TextEncoding } from './text-encoding.ts';

export type Severity = 'error' | 'warning';

/** The use of a short name or URL. `known` is false until all workloads have been listed. */
export interface Use {
  readonly known: boolean;
  readonly workloads: number;
  readonly tools: number;
  /** The first workloads, as `tool-wikibugs/Deployment/web`; at most ten. */
  readonly first: readonly string[];
}

interface Place {
  readonly at: Span;
  /** The path of the field, such as `python3.11.aliases[1]`; empty for the whole document. */
  readonly field: string;
}

interface Pair extends Place {
  /** The other place that is involved, for instance the first use of an alias. */
  readonly other: Span;
  readonly otherEntry: string;
}

/** A problem that an admin can acknowledge, which makes it a warning. */
interface Acknowledgeable extends Place {
  readonly severity: Severity;
  readonly acknowledged: boolean;
  /** The annotation must name all of these: names, `reader:webservice`, `host:OLD`, `immutable`. */
  readonly subjects: readonly string[];
}

export interface Change extends Acknowledgeable {
  readonly use: Use;
}

/** The name that is missing above the fields of an entry. */
export interface MissingName {
  /** The name, if it is in a comment. */
  readonly commented?: { readonly name: string; readonly at: Span };
}

/** The same change of several entries. */
interface UrlMove {
  /** The host or prefix that is replaced; absent if entries get a field that clients prefer. */
  readonly replaced?: { readonly from: string; readonly to: string };
  readonly entries: number;
  /** How many of the old URLs no longer lead to their entry. */
  readonly lost: number;
  readonly examples: readonly { readonly from: string; readonly to: string }[];
}

/** The kind of webservice that an entry is for. */
export interface WebType {
  readonly wstype: string;
  readonly resources: string;
}

/** One finding about a catalog, or about an edit of it: facts alone. `problem-message.ts` has the words. */
export type Problem =
  // The ConfigMap and its text
  | ({
      readonly code: 'missing-data-key';
      /** The keys of `data`. */
      readonly keys: readonly string[];
      /** The encoding of the text under the key in `binaryData`, if it is there. */
      readonly binary?: TextEncoding;
      /** The type of the value if it is not a text, such as `a mapping`. */
      readonly found?: string;
    } & Place)
  | ({
      readonly code: 'document-limit';
      readonly limit: 'bytes' | 'entries' | 'depth';
      readonly found: number;
      readonly allowed: number;
    } & Place)
  // YAML
  | ({
      readonly code: 'yaml-syntax';
      readonly reason: string;
      /** `{lines}` stands for the lines of `lines`. */
      readonly remedy: string;
      readonly lines?: Span;
    } & Place)
  | ({ readonly code: 'multiple-documents' } & Place)
  | ({
      readonly code: 'duplicate-key';
      readonly key: string;
      readonly other: Span;
      /** Present if the fields of an entry without a name begin here. */
      readonly missingName?: MissingName;
    } & Place)
  | ({
      readonly code: 'yaml-feature';
      readonly feature: string;
      readonly remedy: string;
      readonly lines?: Span;
    } & Place)
  | ({
      readonly code: 'yaml-ambiguous';
      readonly text: string;
      /** How the consumers (PyYAML, YAML 1.1) read it, and how a YAML 1.2 reader does. */
      readonly yaml11: string;
      readonly yaml12: string;
    } & Place)
  // Shape
  | ({
      readonly code: 'not-a-mapping';
      readonly found: string;
      /** The keys of a mapping without entries. */
      readonly keys: readonly string[];
      /** The file that the text seems to be, such as `a jobs.yaml`. */
      readonly looksLike?: string;
    } & Place)
  | ({ readonly code: 'empty-catalog' } & Place)
  | ({ readonly code: 'missing-field'; readonly missing: string } & Place)
  | ({
      readonly code: 'wrong-type';
      readonly expected: string;
      readonly found: string;
      /** The fields that are not indented below it, and their lines. */
      readonly loose?: readonly string[];
      /** The mappings that may have a field which is written as a variant. */
      readonly knownIn?: readonly string[];
      readonly lines?: Span;
    } & Place)
  | ({
      readonly code: 'unknown-value';
      readonly value: string;
      readonly allowed: readonly string[];
    } & Place)
  | ({ readonly code: 'state-beta' } & Place)
  | ({ readonly code: 'misspelt-field'; readonly key: string; readonly meant: string } & Place)
  | ({
      readonly code: 'misplaced-field';
      /** Neighbours that belong to the same level. */
      readonly fields: readonly string[];
      readonly lines: Span;
      /** The mapping to which they belong, by its path and by its key. Both are empty for entries inside another one. */
      readonly parent: string;
      readonly parentKey: string;
      /**
       * `indent`: they follow the parent. `add`: the parent is absent. `outdent`: they are inside the parent, too deep. `move`:
       * they are elsewhere in the entry.
       */
      readonly fix: 'indent' | 'add' | 'outdent' | 'move';
    } & Place)
  | ({
      readonly code: 'unknown-field';
      readonly key: string;
      readonly known: readonly string[];
      /** The type that a future version of a consumer expects, and the type that was found. */
      readonly future?: { readonly reader: string; readonly expected: string; readonly found: string };
      /** The lines of a value that looks like an entry. */
      readonly lines?: Span;
      /** The mappings of an entry that may have such a field. */
      readonly knownIn?: readonly string[];
    } & Place)
  // Names
  | ({ readonly code: 'invalid-name'; readonly name: string; readonly what: 'name' | 'alias' } & Place)
  | ({ readonly code: 'reserved-name'; readonly name: string; readonly what: 'name' | 'alias' } & Place)
  | ({ readonly code: 'duplicate-alias'; readonly alias: string } & Pair)
  | ({ readonly code: 'alias-shadows-name'; readonly alias: string } & Pair)
  | ({
      readonly code: 'alias-shadows-repository';
      readonly name: string;
      readonly what: 'name' | 'alias';
      readonly url: string;
    } & Pair)
  | ({ readonly code: 'redundant-alias'; readonly alias: string; readonly ownName: boolean } & Place)
  | ({ readonly code: 'case-collision'; readonly name: string; readonly otherName: string } & Pair)
  // Images
  | ({
      readonly code: 'duplicate-url';
      readonly url: string;
      /** Present if all images of the entry are shared: how many fields and aliases the other entry has, too. */
      readonly copy?: { readonly name: string; readonly images: number; readonly aliases: number };
    } & Pair)
  | ({
      readonly code: 'invalid-image';
      readonly image: string;
      readonly reason: string;
      readonly remedy: string;
    } & Place)
  | ({ readonly code: 'image-tag'; readonly image: string; readonly tag: string } & Place)
  | ({ readonly code: 'image-digest'; readonly image: string; readonly digest: string } & Place)
  | ({
      readonly code: 'registry-not-allowed';
      readonly host: string;
      readonly allowed: readonly string[];
      readonly meant?: string;
    } & Place)
  | ({ readonly code: 'misspelt-registry'; readonly host: string; readonly meant: string } & Place)
  | ({
      readonly code: 'repository-on-two-hosts';
      readonly repository: string;
      readonly host: string;
      readonly otherHost: string;
    } & Pair)
  | ({ readonly code: 'unreachable-entry'; readonly name: string } & Place)
  | ({ readonly code: 'no-top-level-image'; readonly name: string; readonly others: number } & Place)
  // Deprecation
  | ({
      readonly code: 'replacement-unknown';
      readonly replacement: string;
      /** The entry of which the value is an alias; a replacement must be the name of an entry. */
      readonly aliasOf?: string;
      readonly meant?: string;
    } & Place)
  | ({ readonly code: 'replacement-loop'; readonly loop: readonly string[] } & Place)
  | ({ readonly code: 'replacement-deprecated'; readonly replacement: string } & Place)
  | ({ readonly code: 'deprecation-on-stable'; readonly name: string; readonly state: string } & Place)
  | ({ readonly code: 'removal-past'; readonly removal: string; readonly today: string } & Place)
  | ({ readonly code: 'nothing-for-jobs'; readonly severity: Severity } & Place)
  // Changes, old against new
  | ({
      readonly code: 'name-removed';
      readonly name: string;
      /** The readers that can no longer use it. */
      readonly readers: readonly ReaderLabel[];
      /** The aliases of a removed entry that lead nowhere now. */
      readonly aliases: readonly string[];
      readonly nowAliasOf?: string;
      /** The entry that continues it. `isMerged`: that entry existed before. */
      readonly successor?: string;
      readonly isMerged?: boolean;
      /** The replacement that its deprecation names, if the new catalog has that entry. */
      readonly replacement?: string;
    } & Change)
  | ({ readonly code: 'alias-removed'; readonly alias: string; readonly entry: string } & Change)
  | ({
      readonly code: 'alias-moved';
      readonly alias: string;
      readonly from: string;
      readonly to: string;
    } & Change)
  | ({
      readonly code: 'reader-loses-name';
      readonly reader: ReaderLabel;
      readonly entry: string;
      /** The field that it reads. */
      readonly missing: string;
    } & Change)
  | ({
      readonly code: 'reader-loses-all';
      readonly reader: ReaderLabel;
      /** The number of entries that it could use, out of `of` entries in total. */
      readonly entries: number;
      readonly of: number;
    } & Change)
  | ({
      readonly code: 'web-type-changed';
      readonly entry: string;
      readonly from: WebType;
      readonly to: WebType;
    } & Change)
  | ({
      readonly code: 'url-changed';
      readonly entry: string;
      readonly from: string;
      readonly to: readonly string[];
      /** The clients that get another URL by name. */
      readonly clients: readonly string[];
      /** Whether the old URL no longer leads to its entry. It then leads to the entry `leadsTo`, or nowhere. */
      readonly isLost: boolean;
      readonly leadsTo?: string;
      /** The URLs `HOST/ALIAS` that are in use and lost with it. */
      readonly hostAliases: readonly string[];
      readonly move?: never;
    } & Change)
  | ({
      readonly code: 'url-changed';
      readonly move: UrlMove;
    } & Change)
  | ({ readonly code: 'removed-without-deprecation'; readonly name: string } & Change)
  | ({ readonly code: 'immutable-config-map' } & Acknowledgeable)
  | ({ readonly code: 'config-map-deleted' } & Place)
  // Registries, which only `lint --check-registry` asks
  | ({
      readonly code: 'image-absent';
      /** With the tag or digest that was asked for. */
      readonly image: string;
    } & Place)
  | ({
      readonly code: 'image-unchecked';
      readonly image: string;
      readonly reason: string;
      readonly remedy: string;
    } & Place);

export type ProblemCode = Problem['code'];

/** Severity and title of every code. A new code does not compile without its row. */
export const problemInfo: Readonly<Record<ProblemCode, { severity: Severity; title: string }>> = {
  'missing-data-key': { severity: 'error', title: 'The ConfigMap has no images-v1.yaml' },
  'document-limit': { severity: 'error', title: 'The catalog is larger than any catalog should be' },
  'yaml-syntax': { severity: 'error', title: 'The text is not well-formed YAML' },
  'multiple-documents': { severity: 'error', title: 'The text holds more than one YAML document' },
  'duplicate-key': { severity: 'error', title: 'A mapping repeats a key' },
  'yaml-feature': {
    severity: 'error',
    title: 'A YAML construct that readers disagree on, or that hides text',
  },
  'yaml-ambiguous': { severity: 'error', title: 'A value that is a string to one YAML reader only' },
  'not-a-mapping': { severity: 'error', title: 'The text is no mapping from names to entries' },
  'empty-catalog': { severity: 'error', title: 'The catalog has no entry' },
  'missing-field': { severity: 'error', title: 'A required field is missing' },
  'wrong-type': { severity: 'error', title: 'A value has the wrong type' },
  'unknown-value': { severity: 'error', title: 'A value outside the allowed ones' },
  'state-beta': { severity: 'warning', title: 'State beta is shown by webservice and hidden by jobs' },
  'misspelt-field': { severity: 'error', title: 'An unknown field close to a known one that is absent' },
  'misplaced-field': { severity: 'error', title: 'A known field at the wrong level' },
  'unknown-field': { severity: 'warning', title: 'A field that no consumer is known to read' },
  'invalid-name': { severity: 'error', title: 'A name or alias that cannot be asked for' },
  'reserved-name': { severity: 'error', title: 'A name that webservice keeps for itself' },
  'duplicate-alias': { severity: 'error', title: 'Two entries share an alias' },
  'alias-shadows-name': { severity: 'error', title: 'An alias equals the name of another entry' },
  'alias-shadows-repository': {
    severity: 'error',
    title: "A name or alias equals another entry's repository",
  },
  'redundant-alias': { severity: 'warning', title: 'An alias that adds nothing' },
  'case-collision': { severity: 'warning', title: 'Names of two entries differ only in case' },
  'duplicate-url': { severity: 'error', title: 'Two entries share an image URL' },
  'invalid-image': { severity: 'error', title: 'An image URL that does not work' },
  'image-tag': { severity: 'error', title: 'An image URL carries a tag' },
  'image-digest': { severity: 'error', title: 'An image URL carries a digest' },
  'registry-not-allowed': { severity: 'warning', title: 'An image on a registry that is not allowed' },
  'misspelt-registry': { severity: 'warning', title: 'A registry close to one that other entries use' },
  'repository-on-two-hosts': { severity: 'warning', title: 'One repository on two hosts' },
  'unreachable-entry': { severity: 'warning', title: 'An entry without any image' },
  'no-top-level-image': { severity: 'warning', title: 'An entry that jobs-api does not see' },
  'nothing-for-jobs': { severity: 'error', title: 'No entry has an image for jobs' },
  'replacement-unknown': { severity: 'error', title: 'A replacement that does not exist' },
  'replacement-loop': { severity: 'error', title: 'Replacements that lead in a circle' },
  'replacement-deprecated': { severity: 'warning', title: 'A replacement that is deprecated itself' },
  'deprecation-on-stable': {
    severity: 'warning',
    title: 'Deprecation facts on an entry that is not deprecated',
  },
  'removal-past': { severity: 'warning', title: 'The removal date has passed' },
  'name-removed': { severity: 'warning', title: 'A name disappears' },
  'alias-removed': { severity: 'warning', title: 'An alias disappears' },
  'alias-moved': { severity: 'warning', title: 'An alias moves to another entry' },
  'url-changed': { severity: 'warning', title: 'An image URL changes' },
  'removed-without-deprecation': {
    severity: 'warning',
    title: 'An entry is removed before it was deprecated',
  },
  'reader-loses-name': { severity: 'warning', title: 'A reader finds nothing in an entry any more' },
  'reader-loses-all': { severity: 'error', title: 'A reader finds nothing in the whole catalog any more' },
  'web-type-changed': { severity: 'warning', title: 'The kind of a webservice changes' },
  'immutable-config-map': { severity: 'error', title: 'The ConfigMap would become immutable' },
  'config-map-deleted': { severity: 'error', title: 'The ConfigMap would be deleted' },
  'image-absent': { severity: 'error', title: 'The registry does not have an image' },
  'image-unchecked': { severity: 'warning', title: 'A registry did not say whether it has an image' },
};

export const problemCodes = Object.keys(problemInfo) as ProblemCode[];

export const severityOf = (problem: Problem): Severity =>
  'severity' in problem ? problem.severity : problemInfo[problem.code].severity;

export const isAcknowledged = (problem: Problem): boolean =>
  'acknowledged' in problem && problem.acknowledged;

/** Whether a problem concerns the edit, and not the new document alone. */
export const isChange = (problem: Problem): boolean => 'use' in problem;

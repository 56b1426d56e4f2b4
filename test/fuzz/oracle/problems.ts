import { entriesIn, oldestFirst, type ReadEntry } from './entries.ts';
import { imageFaults } from './image-faults.ts';
import { isCatalog, withoutLooseFields } from './loose-fields.ts';
import { inPlace } from './misplaced.ts';
import { asKey, isMerge, isNull, isReadDifferently, isText } from './scalars.ts';
import { child, type Mapping, type Pair, pairOf, pairsOf, type Scalar, type Tree } from './tree.ts';
import { closeness } from './words.ts';

/** The settings and the date. */
export interface Circumstances {
  readonly states: readonly string[];
  /** Allowed hosts; empty: all. */
  readonly registries: readonly string[];
  readonly maxEntries: number;
  readonly maxDepth: number;
  readonly today: string;
  /** The document that an edit replaces. */
  readonly before?: Tree | undefined;
}

/** `code field` of each problem of a document that is valid YAML. */
export function problemsOf(written: Tree, circumstances: Circumstances): string[] {
  const whole = asAWhole(written, circumstances);
  if ('problems' in whole) return whole.problems;
  const { document, problems } = inPlace(whole.document);
  return [...problems, ...ambiguities(whole.document), ...withinDocument(document, circumstances)];
}

/** Whether a document is served: fields at the wrong level are ignored, and nothing else is an error. */
export function isServed(written: Tree, circumstances: Circumstances): boolean {
  const whole = asAWhole(written, circumstances);
  if ('problems' in whole) return !whole.problems.some(isError);
  return ![...ambiguities(whole.document), ...withinDocument(whole.document, circumstances)].some(isError);
}

/** The problems of a document whose entries are not checked, or the document to check. */
function asAWhole(
  written: Tree,
  circumstances: Circumstances,
): { document: Mapping } | { problems: string[] } {
  if (depthOf(written) > circumstances.maxDepth) return { problems: ['document-limit '] };
  if (written.kind === 'mapping' && written.pairs.length > circumstances.maxEntries)
    return { problems: ['document-limit '] };
  if (!isCatalog(written)) return { problems: ['not-a-mapping '] };
  const document = withoutLooseFields(written);
  const problems = [...ambiguities(document), ...repeatedKeys(document)];
  if (document.pairs.length === 0) return { problems: [...problems, 'empty-catalog '] };
  // With a merge key the fields of entries are not known.
  if (hasMergeKey(written)) return { problems: [...problems, ...looseOwners(written)] };
  return { document };
}

function withinDocument(document: Mapping, circumstances: Circumstances): string[] {
  const { before } = circumstances;
  const entries = oldestFirst(entriesIn(document), before ? meantEntries(before) : []);
  return [
    ...repeatedKeys(document),
    ...pairsOf(document).flatMap(({ key, value }) => shape(key.text, value)),
    ...notTexts(document),
    ...entries.flatMap((entry) => [
      ...stateOf(entry, circumstances),
      ...namesOf(entry),
      ...imagesOf(entry, circumstances),
      ...removalOf(entry, circumstances),
    ]),
    ...entries.flatMap((entry) => misspeltRegistries(entry, entries, circumstances)),
    ...entries.flatMap((entry, index) => amongOthers(entry, entries.slice(0, index), entries)),
    ...replacements(entries),
  ];
}

/** The document as it is meant, with its fields in place. Consumers read it as it is written. */
function meantDocument(written: Mapping): Mapping {
  const document = withoutLooseFields(written);
  return hasMergeKey(written) ? document : inPlace(document).document;
}

export const meantEntries = (written: Tree): ReadEntry[] =>
  entriesIn(written.kind === 'mapping' ? meantDocument(written) : written);

/** The entries as they are meant. One with a misspelt field or a value of the wrong type cannot be read. */
export function legibleIn(written: Tree): ReadEntry[] {
  if (hasMergeKey(written)) return meantEntries(written);
  const document = written.kind === 'mapping' ? meantDocument(written) : written;
  return entriesIn(document).map((entry) => ({
    ...entry,
    readable:
      entry.readable &&
      !shape(entry.name, child(document, entry.name) as Tree).some((problem) =>
        /^(?:misspelt-field|wrong-type) /.test(problem),
      ),
  }));
}

/** Whether the document is a mapping within the limits, whose entries are read. */
export const isReadable = (
  document: Tree,
  { maxDepth, maxEntries }: Pick<Circumstances, 'maxDepth' | 'maxEntries'>,
): document is Mapping =>
  depthOf(document) <= maxDepth && isCatalog(document) && document.pairs.length <= maxEntries;

/** The codes that are errors, by the contract; the others are warnings. */
export const isError = (problem: string): boolean => !WARNINGS.includes(problem.split(' ')[0] as string);

const WARNINGS = [
  'state-beta',
  'unknown-field',
  'redundant-alias',
  'case-collision',
  'registry-not-allowed',
  'misspelt-registry',
  'repository-on-two-hosts',
  'unreachable-entry',
  'no-top-level-image',
  'replacement-deprecated',
  'deprecation-on-stable',
  'removal-past',
];

const hasMergeKey = (tree: Tree): boolean =>
  tree.kind === 'list'
    ? tree.items.some(hasMergeKey)
    : tree.kind === 'mapping' && tree.pairs.some(({ key, value }) => isMerge(key) || hasMergeKey(value));

/** The entries that lost their fields. Without a merge key `shape` reports them, as they are null. */
const looseOwners = (written: Mapping): string[] =>
  withoutLooseFields(written)
    .pairs.filter((pair) => !written.pairs.includes(pair))
    .map(({ key }) => `wrong-type ${key.text}`);

function depthOf(tree: Tree): number {
  if (tree.kind === 'scalar') return 0;
  const below = tree.kind === 'list' ? tree.items : tree.pairs.map(({ value }) => value);
  return 1 + Math.max(0, ...below.map(depthOf));
}

/** The document has no path; an entry without a name has an empty one. */
const joined = (path: string | undefined, key: string): string =>
  path === undefined ? key : `${path}.${key}`;

/** The `yaml-ambiguous` and `yaml-feature` of scalars at any depth. */
function ambiguities(tree: Tree, path?: string): string[] {
  const here = (scalar: Scalar, field: string) =>
    isReadDifferently(scalar) ? [`yaml-ambiguous ${field}`] : [];
  switch (tree.kind) {
    case 'scalar':
      return here(tree, path ?? '');
    case 'list':
      return tree.items.flatMap((item, index) => ambiguities(item, `${path ?? ''}[${index}]`));
    case 'mapping':
      return tree.pairs.flatMap(({ key, value }) => {
        const field = joined(path, key.text);
        const merge = isMerge(key);
        return [...(merge ? [`yaml-feature ${field}`] : here(key, field)), ...ambiguities(value, field)];
      });
  }
}

function repeatedKeys(tree: Tree, path?: string, depth = 0): string[] {
  if (tree.kind === 'scalar') return [];
  if (tree.kind === 'list')
    return tree.items.flatMap((item, index) => repeatedKeys(item, `${path ?? ''}[${index}]`, depth + 1));
  const starts = depth === 1 ? startsOfNameless(tree) : [];
  return tree.pairs.flatMap((pair, index) => {
    const field = joined(path, pair.key.text);
    const repeated =
      starts.length > 0
        ? starts.includes(pair)
        : tree.pairs.slice(0, index).some((before) => asKey(before.key) === asKey(pair.key));
    return [...(repeated ? [`duplicate-key ${field}`] : []), ...repeatedKeys(pair.value, field, depth + 1)];
  });
}

/** The first fields of entries whose names are missing: all fields of the entry begin again, the required ones among them. */
function startsOfNameless({ pairs }: Mapping): Pair[] {
  const starts: number[] = [0];
  for (const [index, { key }] of pairs.entries()) {
    const start = starts.at(-1) as number;
    if (pairs.slice(start, index).some((before) => asKey(before.key) === asKey(key))) starts.push(index);
  }
  const isWhole = starts.every((start, part) => {
    const keys = pairs.slice(start, starts[part + 1]).map(({ key }) => key.text);
    return keys.includes('state') && keys.includes('variants');
  });
  return isWhole ? starts.slice(1).map((start) => pairs[start] as Pair) : [];
}

/** Whether the name of an entry is missing, so that an edit is not compared. */
export const isNameMissing = (document: Mapping): boolean =>
  meantDocument(document).pairs.some(
    ({ value }) => value.kind === 'mapping' && startsOfNameless(value).length > 0,
  );

const WSTYPES = ['generic', 'js', 'lighttpd', 'lighttpd-plain', 'python'];
const RESOURCES = ['default', 'jdk'];
const ENTRY = ['state', 'image', 'aliases', 'variants', 'former-images', 'deprecation'];
const MOST_FORMER_IMAGES = 20;
const VARIANTS = ['jobs-framework', 'webservice'];

/** Missing, invalid and unknown fields of an entry. */
function shape(name: string, entry: Tree): string[] {
  if (entry.kind !== 'mapping') return [`wrong-type ${name}`];
  const former = child(entry, 'former-images');
  return [
    ...unknownKeys(entry, ENTRY, name),
    ...required(entry, ['state', 'variants'], name),
    ...textAt(entry, 'state', name),
    ...textAt(entry, 'image', name),
    ...textsAt(entry, 'aliases', name),
    ...textsAt(entry, 'former-images', name),
    ...(former?.kind === 'list' && former.items.length > MOST_FORMER_IMAGES
      ? [`wrong-type ${name}.former-images`]
      : []),
    ...variants(child(entry, 'variants'), `${name}.variants`),
    ...deprecation(child(entry, 'deprecation'), `${name}.deprecation`),
  ];
}

function variants(tree: Tree | undefined, path: string): string[] {
  if (!tree) return [];
  if (tree.kind !== 'mapping') return [`wrong-type ${path}`];
  return [
    ...unknownKeys(tree, VARIANTS, path).filter((problem) => !isFieldElsewhere(tree, path, problem)),
    ...pairsOf(tree).flatMap(({ key, value }) => {
      const field = `${path}.${key.text}`;
      if (value.kind !== 'mapping') return [`wrong-type ${field}`];
      if (key.text === 'jobs-framework')
        return [
          ...unknownKeys(value, ['image'], field),
          ...required(value, ['image'], field),
          ...textAt(value, 'image', field),
        ];
      if (key.text !== 'webservice') return textAt(value, 'image', field);
      return [
        ...unknownKeys(value, ['image', 'extra'], field),
        ...required(value, ['image', 'extra'], field),
        ...textAt(value, 'image', field),
        ...extra(child(value, 'extra'), `${field}.extra`),
      ];
    }),
  ];
}

/** Whether the problem is that of a field of another mapping, which has no mapping as its value: only its type is reported. */
const isFieldElsewhere = (variants: Mapping, path: string, problem: string): boolean =>
  pairsOf(variants).some(
    ({ key, value }) =>
      problem.endsWith(` ${path}.${key.text}`) &&
      value.kind !== 'mapping' &&
      [...ENTRY, 'extra', 'wstype', 'resources', 'replacement', 'removal', 'url'].includes(key.text),
  );

function extra(tree: Tree | undefined, path: string): string[] {
  if (!tree) return [];
  if (tree.kind !== 'mapping') return [`wrong-type ${path}`];
  return [
    ...unknownKeys(tree, ['wstype', 'resources'], path),
    ...required(tree, ['wstype'], path),
    ...oneOf(tree, 'wstype', WSTYPES, path),
    ...oneOf(tree, 'resources', RESOURCES, path),
  ];
}

function deprecation(tree: Tree | undefined, path: string): string[] {
  if (!tree) return [];
  if (tree.kind !== 'mapping') return [`wrong-type ${path}`];
  const known = ['replacement', 'removal', 'url'];
  return [...unknownKeys(tree, known, path), ...known.flatMap((key) => textAt(tree, key, path))];
}

const required = (tree: Tree, keys: readonly string[], path: string): string[] =>
  keys.filter((key) => !pairOf(tree, key)).map((key) => `missing-field ${path}.${key}`);

/** `misspelt-field` if a close known key is absent, else `unknown-field`. */
const unknownKeys = (tree: Tree, known: readonly string[], path: string): string[] =>
  pairsOf(tree)
    .map(({ key }) => key.text)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = known.some(
        (candidate) => !pairOf(tree, candidate) && closeness(key, candidate) !== undefined,
      );
      return `${meant ? 'misspelt-field' : 'unknown-field'} ${path}.${key}`;
    });

const textAt = (tree: Tree, key: string, path: string): string[] => {
  const value = child(tree, key);
  return value ? asText(value, `${path}.${key}`) : [];
};

const textsAt = (tree: Tree, key: string, path: string): string[] => {
  const value = child(tree, key);
  if (value && value.kind !== 'list') return [`wrong-type ${path}.${key}`];
  return (value?.items ?? []).flatMap((item, index) => asText(item, `${path}.${key}[${index}]`));
};

/** Scalars on which readers disagree are reported elsewhere. `8000` is a number to all of them, and needs quotes, too. */
function asText(value: Tree, field: string): string[] {
  if (value.kind !== 'scalar' || isNull(value)) return [`wrong-type ${field}`];
  return isText(value) || isReadDifferently(value) ? [] : [`yaml-ambiguous ${field}`];
}

function oneOf(tree: Tree, key: string, allowed: readonly string[], path: string): string[] {
  const value = child(tree, key);
  if (!value) return [];
  if (value.kind !== 'scalar' || isNull(value)) return [`wrong-type ${path}.${key}`];
  return allowed.includes(value.text) ? [] : [`unknown-value ${path}.${key}`];
}

/** Names of entries and variants that are numbers to all readers: each one, even if a repeated key overrides it. */
function notTexts(document: Mapping): string[] {
  const faults = (pairs: readonly Pair[], path?: string) =>
    pairs
      .filter(({ key }) => !isText(key) && !isReadDifferently(key))
      .map(({ key }) => `yaml-ambiguous ${joined(path, key.text)}`);
  return [
    ...faults(document.pairs),
    ...document.pairs.flatMap(({ key, value }) => {
      const variants = child(value, 'variants');
      return variants?.kind === 'mapping' ? faults(variants.pairs, `${key.text}.variants`) : [];
    }),
  ];
}

function stateOf({ name, state }: ReadEntry, { states }: Circumstances): string[] {
  if (state === undefined) return [];
  if (!states.includes(state)) return [`unknown-value ${name}.state`];
  return state === 'beta' ? [`state-beta ${name}.state`] : [];
}

function namesOf({ name, aliases }: ReadEntry): string[] {
  return [
    ...nameFault(name, name),
    ...aliases.flatMap(({ text, field }, index) => [
      ...nameFault(text, field),
      ...(text === name || aliases.slice(0, index).some((before) => before.text === text)
        ? [`redundant-alias ${field}`]
        : []),
    ]),
  ];
}

function nameFault(name: string, field: string): string[] {
  const alphanumeric = /^[A-Za-z0-9]$/;
  const isValid =
    name.length >= 1 &&
    name.length <= 63 &&
    Array.from(name).every((letter) => alphanumeric.test(letter) || '._-'.includes(letter)) &&
    alphanumeric.test(name.charAt(0)) &&
    alphanumeric.test(name.charAt(name.length - 1));
  if (name === 'buildservice') return [`reserved-name ${field}`];
  return isValid ? [] : [`invalid-name ${field}`];
}

function imagesOf(
  { name, readable, images, former, state, hasDeprecation }: ReadEntry,
  { registries, states }: Circumstances,
): string[] {
  return [
    ...former.flatMap(({ text, path }) => imageFaults(text).map((code) => `${code} ${name}${path}`)),
    ...images.flatMap(({ text, path, host }) => {
      const elsewhere = registries.length > 0 && host.includes('.') && !registries.includes(host);
      return [
        ...imageFaults(text).map((code) => `${code} ${name}${path}`),
        ...(elsewhere ? [`registry-not-allowed ${name}${path}`] : []),
      ];
    }),
    ...(readable && images.length === 0 ? [`unreachable-entry ${name}`] : []),
    ...(hasDeprecation && state !== undefined && state !== 'deprecated' && states.includes(state)
      ? [`deprecation-on-stable ${name}.deprecation`]
      : []),
  ];
}

/** Hosts of this entry alone, each at its first image, that are close to one of several entries. */
function misspeltRegistries(
  { name, images }: ReadEntry,
  entries: readonly ReadEntry[],
  { registries }: Circumstances,
): string[] {
  if (registries.length > 0) return [];
  const usersOf = (sought: string) =>
    entries.filter((entry) => entry.images.some(({ host }) => host === sought)).length;
  const usual = entries
    .flatMap((entry) => entry.images.map(({ host }) => host))
    .filter((host) => usersOf(host) > 1);
  return images
    .filter(({ host }, index) => images.findIndex((other) => other.host === host) === index)
    .filter(({ host }) => usersOf(host) === 1 && imageFaults(`${host}/image`).length === 0)
    .filter(({ host }) => usual.some((known) => closeness(host, known) !== undefined))
    .map(({ path }) => `misspelt-registry ${name}${path}`);
}

function removalOf({ name, removal }: ReadEntry, { today }: Circumstances): string[] {
  if (removal === undefined) return [];
  if (!isDay(removal)) return [`unknown-value ${name}.deprecation.removal`];
  return removal < today ? [`removal-past ${name}.deprecation.removal`] : [];
}

function isDay(text: string): boolean {
  const [year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

const urlsOf = ({ images, former }: ReadEntry) => [...images, ...former];

const hasRepository = (entry: ReadEntry, repository: string): boolean =>
  repository !== '' && urlsOf(entry).some((each) => each.repository === repository);

/** The entry before that has all URLs of this one, which is a copy. */
function originalOf(entry: ReadEntry, before: readonly ReadEntry[]): ReadEntry | undefined {
  const urls = urlsOf(entry).filter(({ url }) => url !== '');
  const owners = urls.map(({ url }) =>
    before.find((other) => urlsOf(other).some((each) => each.url === url)),
  );
  return owners.every((owner) => owner === owners[0]) ? owners[0] : undefined;
}

/** A collision is reported on the later one, against the first in the document. */
function amongOthers(entry: ReadEntry, before: readonly ReadEntry[], all: readonly ReadEntry[]): string[] {
  const { name, readable, aliases, image, images } = entry;
  const others = all.filter((other) => other !== entry);
  const shortNames = [{ text: name, field: name }, ...aliases];
  const soFar = [...before, entry];
  const namesSoFar = soFar.flatMap((owner) =>
    [owner.name, ...owner.aliases.map(({ text }) => text)].map((text) => ({ owner, text })),
  );
  const imagesSoFar = soFar.flatMap((owner) => owner.images.map((each) => ({ owner, ...each })));
  const urlsSoFar = soFar.flatMap((owner) => urlsOf(owner).map((each) => ({ owner, ...each })));
  const original = originalOf(entry, before);
  const duplicateUrls = urlsOf(entry).flatMap(({ path, url }) => {
    const sameUrl = urlsSoFar.find((known) => url !== '' && known.url === url);
    return sameUrl && sameUrl.owner !== entry ? [`duplicate-url ${name}${path}`] : [];
  });
  const isDuplicate = (alias: string) => {
    const first = before.find((other) => other.aliases.some(({ text }) => text === alias));
    return (
      first !== undefined && first !== original && hasRepository(first, alias) === hasRepository(entry, alias)
    );
  };
  return [
    ...aliases.flatMap(({ text, field }) => [
      ...(isDuplicate(text) ? [`duplicate-alias ${field}`] : []),
      ...(others.some((other) => other.name === text) ? [`alias-shadows-name ${field}`] : []),
    ]),
    ...shortNames
      // An alias equal to the entry's own name is another problem.
      .filter(({ text, field }) => field === name || text !== name)
      .filter(({ text }) =>
        others.some((other) =>
          urlsOf(other).some(
            ({ repository, url }) =>
              text !== '' && repository === text && !urlsOf(entry).some((own) => own.url === url),
          ),
        ),
      )
      .map(({ field }) => `alias-shadows-repository ${field}`),
    ...shortNames.flatMap(({ text, field }) => {
      const first = namesSoFar.find((known) => known.text.toLowerCase() === text.toLowerCase());
      return first && first.owner !== entry && first.text !== text ? [`case-collision ${field}`] : [];
    }),
    ...(original ? duplicateUrls.slice(0, 1) : duplicateUrls),
    ...images.flatMap(({ path, host, repository }) => {
      const sameRepository = imagesSoFar.find(
        (known) => repository !== '' && known.repository === repository && known.host.includes('.'),
      );
      const onOtherHost = host.includes('.') && sameRepository?.host !== host;
      return [
        ...(sameRepository && sameRepository.owner !== entry && onOtherHost
          ? [`repository-on-two-hosts ${name}${path}`]
          : []),
      ];
    }),
    ...(readable && image === undefined && others.some((other) => other.image !== undefined)
      ? [`no-top-level-image ${name}`]
      : []),
  ];
}

function replacements(entries: readonly ReadEntry[]): string[] {
  const called = (name: string | undefined) => entries.find((entry) => entry.name === name);
  /** An own alias resolves to the entry itself. */
  const next = (entry: ReadEntry) =>
    called(entry.replacement) ??
    (entry.aliases.some(({ text }) => text === entry.replacement) ? entry : undefined);
  const loops = new Set<string>();
  for (const start of entries) {
    const visited: ReadEntry[] = [];
    for (let entry: ReadEntry | undefined = start; entry && !visited.includes(entry); entry = next(entry)) {
      visited.push(entry);
      // Once per loop, from any entry of it.
      if (next(entry) === start)
        loops.add(
          visited
            .map(({ name }) => name)
            .sort()
            .join(' → '),
        );
    }
  }
  return [
    ...[...loops].map(() => 'replacement-loop '),
    ...entries.flatMap((entry) => {
      const { name, replacement } = entry;
      if (replacement === undefined) return [];
      const target = next(entry);
      if (!target) return [`replacement-unknown ${name}.deprecation.replacement`];
      return target !== entry && target.state === 'deprecated'
        ? [`replacement-deprecated ${name}.deprecation.replacement`]
        : [];
    }),
  ];
}

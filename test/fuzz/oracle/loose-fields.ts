import { isNull } from './scalars.ts';
import { bare, type Mapping, type Pair, type Tree } from './tree.ts';

const ENTRY = ['state', 'image', 'aliases', 'former-images', 'variants', 'deprecation'];
const DEEPER = [
  'jobs-framework',
  'webservice',
  'extra',
  'wstype',
  'resources',
  'replacement',
  'removal',
  'url',
];

const isEntryLike = (value: Tree): boolean =>
  value.kind === 'mapping' && value.pairs.some(({ key }) => ENTRY.includes(key.text));

/** The document without fields at the left margin behind an entry, which becomes null: its content is not known. */
export function withoutLooseFields<Kind extends Tree>(document: Kind): Kind;
export function withoutLooseFields(document: Tree): Tree {
  if (document.kind !== 'mapping') return document;
  const left: Pair[] = [];
  for (let rest = document.pairs; rest[0]; ) {
    const [owner, ...behind] = rest;
    const stop = behind.findIndex(
      ({ key, value }) => isEntryLike(value) || ![...ENTRY, ...DEEPER].includes(key.text),
    );
    const run = stop < 0 ? behind : behind.slice(0, stop);
    const isOwner = isEntryLike(owner.value) || (owner.value.kind === 'scalar' && isNull(owner.value));
    const isLoose = isOwner && run.some(({ key }) => ENTRY.includes(key.text));
    left.push(isLoose ? { key: owner.key, value: bare('null') } : owner);
    rest = isLoose ? behind.slice(run.length) : behind;
  }
  return { kind: 'mapping', pairs: left };
}

/**
 * Whether a document has entries, or would have them with indentation. Up to three values may be faulty entries, unless their keys
 * are the fields of one entry.
 */
export const isCatalog = (document: Tree): document is Mapping =>
  document.kind === 'mapping' &&
  ((document.pairs.length <= 3 && !isEntryWithoutName(document)) ||
    document.pairs.some(({ value }) => isEntryLike(value)) ||
    withoutLooseFields(document).pairs.length < document.pairs.length);

const isEntryWithoutName = ({ pairs }: Mapping): boolean =>
  pairs.every(({ key }) => ENTRY.includes(key.text)) && pairs.some(({ key }) => key.text === 'state');

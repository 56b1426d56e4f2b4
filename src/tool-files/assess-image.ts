import { deprecationFact, type Entry, imagesOf, isDeprecated, isPastRemoval } from '../catalog/entry.ts';
import { splitReference } from '../catalog/image-reference.ts';
import { type Lookup, suggestForRepository, unknownRepository } from '../catalog/lookup.ts';
import { isWebserviceType } from '../catalog/readers.ts';
import { type ImageClassification, imageClassifier } from '../usage/image-classification.ts';
import { type ImageCode, type ImageFinding, imageCodes } from './finding.ts';
import type { ToolReference } from './references.ts';

/** What a reference means in the catalog; undefined if it needs no finding, such as an image of another registry. */
export type AssessImage = (reference: ToolReference, field: string) => ImageFinding | undefined;

/** A function that assesses images by one catalog. `today` is YYYY-MM-DD. */
export function imageAssessor(lookup: Lookup, today: string): AssessImage {
  const classify = imageClassifier(lookup);
  return (reference, field) => {
    const { scalar, file } = reference;
    const meaning =
      reference.what === 'type'
        ? typeMeaning(scalar.text, lookup)
        : imageMeaning(reference, lookup, classifiedBy(classify, reference));
    if (!meaning) return undefined;
    const { entry, meant } = meaning;
    const codes = imageCodes.filter(
      (code) => meaning.codes.includes(code) || isStateCode(code, entry, today),
    );
    const [code, ...also] = codes;
    if (code === undefined) return undefined;
    const named = (other: Entry | undefined) => other && askedLike(reference, other, lookup);
    return {
      code,
      also,
      image: scalar.text,
      at: scalar.at,
      field,
      file,
      ...(entry && { entry }),
      ...defined('deprecation', entry && deprecationFact(entry, today)),
      ...defined('meant', named(meant)),
      ...defined('instead', meaning.codes.length > 0 ? named(entry) : undefined),
      ...defined('replacement', named(replacementOf(entry, lookup))),
      ...(reference.changeable && { scalar }),
    };
  };
}

interface Meaning {
  readonly entry?: Entry;
  readonly meant?: Entry | undefined;
  readonly codes: readonly ImageCode[];
}

/** webservice takes names alone, exactly as written. */
function typeMeaning(text: string, lookup: Lookup): Meaning | undefined {
  if (OWN_TYPES.has(text)) return undefined;
  const entry = lookup.shortNames.get(text);
  if (!entry) return { meant: lookup.suggest(text), codes: ['image-unknown'] };
  const isAlias = entry.name !== text;
  return {
    entry,
    codes: [
      ...(isAlias ? ['image-unknown' as const] : []),
      ...(isWebserviceType(entry) ? [] : ['no-image-for-asker' as const]),
    ],
  };
}

/** The type of a built image, and the default that `webservice` has without a type. */
const OWN_TYPES: ReadonlySet<string> = new Set(['buildservice', 'lighttpd']);

const classifiedBy = (
  classify: ReturnType<typeof imageClassifier>,
  { scalar: { text }, client }: ToolReference,
): ImageClassification =>
  classify({
    container: '',
    list: 'containers',
    image: text,
    client,
    requested: undefined,
    recorded: undefined,
  });

function imageMeaning(
  { scalar: { text } }: ToolReference,
  lookup: Lookup,
  known: ImageClassification,
): Meaning | undefined {
  switch (known.kind) {
    case 'listed': {
      const { entry, url, gets, shortName } = known;
      if (gets === undefined) return { entry, codes: ['no-image-for-asker'] };
      if (url !== undefined)
        return { entry, codes: imagesOf(entry).some(({ image }) => image === url) ? [] : ['image-old-url'] };
      return { entry, codes: shortName === entry.name ? [] : ['image-alias'] };
    }
    case 'orphaned':
      // `library/mariadb` is an image of Docker Hub: only a host with a dot is a registry.
      return text.split('/', 1)[0]?.includes('.')
        ? { entry: known.entry, codes: ['image-old-url'] }
        : undefined;
    case 'unknown': {
      if (known.meant) return { meant: known.meant(), codes: ['image-unknown'] };
      const unknown = unknownRepository(text, lookup);
      if (!unknown) return undefined;
      return { meant: suggestForRepository(unknown.repository, lookup), codes: ['image-unknown'] };
    }
    case 'built':
    case 'data':
    case 'removed':
      return undefined;
  }
}

function isStateCode(code: ImageCode, entry: Entry | undefined, today: string): boolean {
  if (!entry || !isDeprecated(entry)) return false;
  return code === (isPastRemoval(entry, today) ? 'image-past-removal' : 'image-deprecated');
}

const replacementOf = (entry: Entry | undefined, lookup: Lookup): Entry | undefined =>
  entry && isDeprecated(entry) ? lookup.shortNames.get(entry.deprecation?.replacement ?? '') : undefined;

/**
 * The text that asks for an entry in the place of another text: its name, or the listed URL where a manifest has a URL. A URL
 * with a tag keeps one. Undefined if this client gets no image of the entry.
 */
function askedLike(
  { what, scalar: { text }, client, file }: ToolReference,
  entry: Entry,
  lookup: Lookup,
): string | undefined {
  if (what === 'type') return isWebserviceType(entry) ? entry.name : undefined;
  const resolution = lookup.resolve(entry.name, client);
  if (resolution.kind !== 'short-name') return undefined;
  if (file === 'jobs.yaml' || !text.includes('/')) return entry.name;
  return splitReference(text).tag === undefined ? resolution.url : `${resolution.url}:latest`;
}

const defined = <Key extends string>(key: Key, text: string | undefined): { readonly [K in Key]?: string } =>
  text === undefined ? {} : ({ [key]: text } as { readonly [K in Key]: string });

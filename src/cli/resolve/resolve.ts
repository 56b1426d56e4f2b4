import { deprecationFact, type Entry, imagesOf, isDeprecated, listsImage } from '../../catalog/entry.ts';
import { isBuilt, splitHost, splitLatest, splitReference } from '../../catalog/image-reference.ts';
import {
  buildLookup,
  type ClientPrecedence,
  entryOfAnyTag,
  type Lookup,
  listedUrl,
  suggestForRepository,
  unknownRepository,
} from '../../catalog/lookup.ts';
import { isWebserviceType } from '../../catalog/readers.ts';
import { type AskOptions, askCatalog } from '../ask-catalog.ts';
import type { CommandResult } from '../command-result.ts';
import type { Io } from '../io.ts';
import { errorText } from '../output/terminal-safe.ts';
import { type NameResolution, resolveFormats } from './formats.ts';

export interface ResolveOptions extends AskOptions {
  readonly precedence: ClientPrecedence;
  readonly variant?: Variant;
  readonly format: keyof typeof resolveFormats;
}

type Variant = keyof typeof CLIENTS;

type ClientImage = Extract<NameResolution, { found: true }>['image'];

/** The client of each variant, as the label app.kubernetes.io/managed-by of its Pods names it. */
const CLIENTS = { 'jobs-framework': 'toolforge-jobs-framework', webservice: 'webservice' } as const;

const clientOf = (variant: Variant | undefined): string | undefined => variant && CLIENTS[variant];

/** Looks up names and aliases forwards, and image URLs backwards. */
export async function resolve(
  names: readonly string[],
  options: ResolveOptions,
  io: Io,
): Promise<CommandResult> {
  const catalog = await askCatalog(options, io);
  if ('exitCode' in catalog) return catalog;
  const lookup = buildLookup(catalog, options.precedence);
  const answers = names.map((name) => answerTo(name, lookup, options.variant));
  const complaints = answers.flatMap(complaint);
  return {
    exitCode: complaints.length === 0 ? 0 : 1,
    stdout: resolveFormats[options.format](answers),
    stderr: complaints.join(''),
  };
}

/** The reason why the client gets no image, for stderr. */
function complaint(answer: NameResolution): string[] {
  const missing = answer.found ? answer.image : answer;
  return 'reason' in missing ? [errorText(`${JSON.stringify(answer.asked)}: ${missing.reason}`)] : [];
}

function answerTo(asked: string, lookup: Lookup, variant: Variant | undefined): NameResolution {
  const client = clientOf(variant);
  const resolution = lookup.resolve(asked, client);
  switch (resolution.kind) {
    case 'short-name':
    case 'no-variant': {
      const { entry } = resolution;
      const image = imageFor(entry, lookup, variant);
      const isAlias = splitLatest(asked).name !== entry.name;
      return found(asked, entry, image, [
        // webservice takes no aliases.
        variant === 'webservice' && isAlias && 'url' in image && `the type of webservice is ${entry.name}`,
      ]);
    }
    case 'url': {
      const { entry } = resolution;
      return found(asked, entry, imageFor(entry, lookup, variant), [
        !listsImage(entry, splitLatest(asked).name) &&
          `called like ${entry.name}, but the catalog does not list this URL`,
      ]);
    }
    case 'unknown-short-name':
      return { asked, found: false, reason: noSuchName(resolution.shortName, lookup) };
    case 'foreign':
      return { asked, found: false, reason: whyForeign(asked, lookup, client) };
  }
}

const found = (
  asked: string,
  entry: Entry,
  image: ClientImage,
  remarks: readonly (string | false)[],
): NameResolution => ({
  asked,
  found: true,
  entry,
  image,
  note: [...remarks, deprecationFact(entry)].filter((remark) => remark).join('; '),
});

/** The image that a client gets by the name of an entry. webservice starts its own types only, whatever the precedence. */
function imageFor(entry: Entry, lookup: Lookup, variant: Variant | undefined): ClientImage {
  if (variant === 'webservice' && !isWebserviceType(entry))
    return { reason: `webservice has no type ${entry.name}: the entry has no variants.webservice` };
  const resolution = lookup.resolve(entry.name, clientOf(variant));
  if (resolution.kind === 'short-name') return { url: `${resolution.url}:latest` };
  const has = imagesOf(entry).map(({ path }) => path);
  return {
    reason: `${entry.name} has no image for ${variant ?? 'this client'}: ${has.length === 0 ? 'it has no image at all' : `it has only ${has.join(', ')}`}`,
  };
}

function noSuchName(shortName: string, lookup: Lookup): string {
  const meant = lookup.suggest(shortName);
  return `no such name${meant ? `; did you mean ${meant.name}?` : ''}`;
}

function whyForeign(asked: string, lookup: Lookup, client: string | undefined): string {
  const { name } = splitReference(asked);
  const { host, repository } = splitHost(name);
  const listed = entryOfAnyTag(asked, lookup);
  if (listed) {
    const url = listedUrl(asked, listed, client, lookup);
    const remedy = deprecationFact(listed) ?? (url === undefined ? undefined : `write ${url}:latest`);
    return `the catalog has ${listed.name} with the tag latest only${remedy === undefined ? '' : `; ${remedy}`}`;
  }
  if (host === '') return noSuchName(name, lookup);
  if (isBuilt(name)) return 'an image that a tool has built; the catalog has no such images';
  const isOnHost = unknownRepository(asked, lookup) !== undefined;
  const meant = suggestForRepository(repository, lookup);
  // On a host of the catalog the suggestion is that of the warning about a Pod.
  const url = meant && (isOnHost || !isDeprecated(meant)) && listedUrl(asked, meant, client, lookup);
  const fault = isOnHost
    ? `the catalog has images on ${host}, but no repository ${JSON.stringify(repository)}`
    : 'not an image of the catalog';
  return url ? `${fault}; did you mean ${url}:latest?` : fault;
}

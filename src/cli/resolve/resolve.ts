import { deprecationFact, type Entry, listsImage } from '../../catalog/entry.ts';
import { splitLatest } from '../../catalog/image-reference.ts';
import { buildLookup, type ClientPrecedence, type Lookup, unknownRepository } from '../../catalog/lookup.ts';
import { type AskOptions, askCatalog } from '../ask-catalog.ts';
import type { CommandResult } from '../command-result.ts';
import type { Io } from '../io.ts';
import { errorText } from '../output/terminal-safe.ts';
import { type NameResolution, resolveFormats } from './formats.ts';

export interface ResolveOptions extends AskOptions {
  readonly precedence: ClientPrecedence;
  readonly variant?: 'jobs-framework' | 'webservice';
  readonly format: keyof typeof resolveFormats;
}

/** The client of each variant, as the label app.kubernetes.io/managed-by of its Pods names it. */
const CLIENTS = { 'jobs-framework': 'toolforge-jobs-framework', webservice: 'webservice' } as const;

/** Looks up names and aliases forwards, and image URLs backwards. */
export async function resolve(
  names: readonly string[],
  options: ResolveOptions,
  io: Io,
): Promise<CommandResult> {
  const catalog = await askCatalog(options, io);
  if ('exitCode' in catalog) return catalog;
  const lookup = buildLookup(catalog, options.precedence);
  const client = options.variant && CLIENTS[options.variant];
  const answers = names.map((name) => answerTo(name, lookup, client));
  return {
    exitCode: answers.every((answer) => answer.found && answer.image !== undefined) ? 0 : 1,
    stdout: resolveFormats[options.format](answers),
    stderr: answers.map((answer) => complaint(answer, options.variant)).join(''),
  };
}

/** The reason why the client gets no image, for stderr; empty when it gets one. */
function complaint(answer: NameResolution, variant: string | undefined): string {
  const asked = JSON.stringify(answer.asked);
  if (!answer.found) return errorText(`${asked}: ${answer.reason}`);
  if (answer.image !== undefined) return '';
  return errorText(`${asked}: ${answer.entry.name} has no image for ${variant ?? 'this client'}`);
}

function answerTo(asked: string, lookup: Lookup, client: string | undefined): NameResolution {
  const resolution = lookup.resolve(asked, client);
  switch (resolution.kind) {
    case 'short-name':
    case 'no-variant':
      return found(asked, resolution);
    case 'url': {
      const { entry } = resolution;
      const forward = lookup.resolve(entry.name, client);
      const isListed = listsImage(entry, splitLatest(asked).name);
      return found(
        asked,
        forward.kind === 'short-name' ? forward : { entry },
        isListed ? undefined : `called like ${entry.name}, but the catalog does not list this URL`,
      );
    }
    case 'unknown-short-name': {
      const meant = lookup.suggest(resolution.shortName);
      return { asked, found: false, reason: `no such name${meant ? `; did you mean ${meant.name}?` : ''}` };
    }
    case 'foreign':
      return { asked, found: false, reason: whyForeign(asked, lookup) };
  }
}

function found(
  asked: string,
  { entry, url }: { readonly entry: Entry; readonly url?: string },
  remark?: string,
): NameResolution {
  const notes = [remark, deprecationFact(entry)].filter((note) => note !== undefined);
  const image = url === undefined ? undefined : `${url}:latest`;
  return { asked, found: true, entry, image, note: notes.join('; ') };
}

function whyForeign(asked: string, lookup: Lookup): string {
  const unknown = unknownRepository(asked, lookup);
  if (unknown)
    return `the catalog has images on ${unknown.host}, but no repository ${JSON.stringify(unknown.repository)}`;
  return splitLatest(asked).latest
    ? 'not an image of the catalog'
    : 'images of the catalog have no digest and no tag except latest';
}

import type { Entry } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import { buildLookup, type Lookup, type Precedence } from '../catalog/lookup.ts';
import { suggestedEntry } from '../catalog/suggestion.ts';
import { type AskOptions, askCatalog } from './ask-catalog.ts';
import { answersAsJson, answersAsTable, complaints } from './format/answers.ts';
import type { Io } from './io.ts';
import type { Outcome } from './outcome.ts';

export interface ResolveOptions extends AskOptions {
  readonly precedence: Precedence;
  readonly variant?: 'jobs-framework' | 'webservice';
  readonly format: 'text' | 'json';
}

/** What one name or URL is to the catalog; without a URL where the asker gets none. */
export type Answer =
  | { readonly asked: string; readonly found: true; readonly entry: Entry; readonly url: string | undefined }
  | { readonly asked: string; readonly found: false; readonly reason: string };

/** Who asks for which variant, by the label that tells it of Pods. */
const ASKERS = { 'jobs-framework': 'toolforge-jobs-framework', webservice: 'webservice' } as const;

/** Forwards from names and aliases, backwards from image URLs. */
export async function resolve(names: readonly string[], options: ResolveOptions, io: Io): Promise<Outcome> {
  const catalog = await askCatalog(options, io);
  if ('exitCode' in catalog) return catalog;
  const lookup = buildLookup(catalog, options.precedence);
  const asker = options.variant && ASKERS[options.variant];
  const answers = names.map((name) => answerTo(name, lookup, asker));
  return {
    exitCode: answers.every((answer) => answer.found && answer.url !== undefined) ? 0 : 1,
    stdout: options.format === 'json' ? answersAsJson(answers) : answersAsTable(answers),
    stderr: complaints(answers, options.variant),
  };
}

function answerTo(asked: string, lookup: Lookup, asker: string | undefined): Answer {
  const resolution = lookup.resolve(asked, asker);
  switch (resolution.kind) {
    case 'short-name':
      return { asked, found: true, entry: resolution.entry, url: resolution.url };
    case 'no-variant':
      return { asked, found: true, entry: resolution.entry, url: undefined };
    case 'url': {
      const forward = lookup.resolve(resolution.entry.name, asker);
      return {
        asked,
        found: true,
        entry: resolution.entry,
        url: forward.kind === 'short-name' ? forward.url : undefined,
      };
    }
    case 'unknown-short-name': {
      const meant = suggestedEntry(resolution.shortName, lookup.shortNames);
      return { asked, found: false, reason: `no such name${meant ? `; did you mean ${meant.name}?` : ''}` };
    }
    case 'foreign':
      return {
        asked,
        found: false,
        reason: splitLatest(asked).latest
          ? 'not an image of the catalog'
          : 'images of the catalog have no digest, and no tag but latest',
      };
  }
}

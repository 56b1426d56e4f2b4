import { splitHost } from '../image-reference.ts';
import { type ParsedEntry, type ParsedImage, parsedImagesEver } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/**
 * jobs-api finds the name of an image by its repository, and a name or alias that equals the repository matches, too. With a name
 * or alias that equals another entry's repository, jobs-api would show the Pods of that entry under the wrong name. An entry's
 * own repository is allowed as an alias: Pods on older images stay known.
 */
export function* aliasShadowsRepository({ entries }: RuleContext): Iterable<Problem> {
  const owners = new Map<string, Map<string, Owned>>();
  for (const entry of entries) {
    for (const image of parsedImagesEver(entry)) {
      const { repository } = splitHost(image.url);
      if (repository === '') continue;
      const known = owners.get(repository) ?? new Map<string, Owned>();
      owners.set(repository, known);
      if (!known.has(image.url)) known.set(image.url, { entry, image });
    }
  }
  for (const entry of entries) {
    const urls = new Set(parsedImagesEver(entry).map(({ url }) => url));
    const found = new Map<string, Owned | undefined>();
    const names = [
      { what: 'name', ...entry.name, field: entry.name.text } as const,
      ...entry.aliases
        .filter((alias) => alias.text !== entry.name.text)
        .map((alias) => ({ what: 'alias', ...alias }) as const),
    ];
    for (const { what, text, at, field } of names) {
      if (!found.has(text)) found.set(text, firstWithout(urls, owners.get(text)));
      const owner = found.get(text);
      if (!owner) continue;
      yield {
        code: 'alias-shadows-repository',
        name: text,
        what,
        url: owner.image.url,
        at,
        field,
        other: owner.image.image.at,
        otherEntry: owner.entry.name.text,
      };
    }
  }
}

interface Owned {
  readonly entry: ParsedEntry;
  readonly image: ParsedImage;
}

/** The first image whose URL is not among `urls`. A URL of two entries is a `duplicate-url`. */
function firstWithout(
  urls: ReadonlySet<string>,
  images: ReadonlyMap<string, Owned> = new Map(),
): Owned | undefined {
  for (const [url, owned] of images) if (!urls.has(url)) return owned;
  return undefined;
}

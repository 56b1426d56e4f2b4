import {
  type Draft,
  type DraftImage,
  type DraftItem,
  draftFormerImages,
  draftImages,
  pulledUrl,
} from '../draft.ts';
import { splitHost } from '../image-reference.ts';
import type { Identity } from '../successors.ts';

/**
 * Where the names and URLs of a document lead, which may have faults: of a repeated name the last entry counts, as for
 * PyYAML; of a repeated alias or URL the first.
 */
export class DocumentIndex {
  /** In document order. */
  readonly entries: readonly Draft[];
  readonly #byName: ReadonlyMap<string, Draft>;
  readonly #byAlias = new Map<string, { readonly entry: Draft; readonly alias: DraftItem }>();
  readonly #byUrl = new Map<string, Draft>();
  readonly #hosts = new Map<Draft, ReadonlySet<string>>();

  constructor(drafts: readonly Draft[]) {
    this.#byName = new Map(drafts.map((draft) => [draft.name.text, draft]));
    this.entries = drafts.filter((draft) => this.#byName.get(draft.name.text) === draft);
    for (const entry of this.entries) {
      for (const alias of entry.aliases)
        if (!this.#byAlias.has(alias.text)) this.#byAlias.set(alias.text, { entry, alias });
      const urls = urlsOf(entry);
      for (const url of urls) if (!this.#byUrl.has(url)) this.#byUrl.set(url, entry);
      this.#hosts.set(entry, new Set(urls.map((url) => splitHost(url).host)));
    }
  }

  named(name: string): Draft | undefined {
    return this.#byName.get(name);
  }

  withAlias(alias: string): { readonly entry: Draft; readonly alias: DraftItem } | undefined {
    return this.#byAlias.get(alias);
  }

  /** The entry that a name or alias leads to. */
  byShortName(shortName: string): Draft | undefined {
    return this.named(shortName) ?? this.withAlias(shortName)?.entry;
  }

  /** The entry that a URL, `HOST/NAME` or `HOST/ALIAS` leads to. */
  byUrl(url: string): Draft | undefined {
    const owner = this.#byUrl.get(url);
    if (owner) return owner;
    const { host, repository } = splitHost(url);
    const entry = this.byShortName(repository);
    return entry && this.hostsOf(entry).has(host) ? entry : undefined;
  }

  /** The hosts of an entry's images and former images. */
  hostsOf(entry: Draft): ReadonlySet<string> {
    return this.#hosts.get(entry) ?? new Set();
  }
}

/** Every URL that leads to an entry by itself, former ones last. An empty text is none. */
export const placesOf = (entry: Draft): readonly DraftImage[] =>
  [...draftImages(entry), ...draftFormerImages(entry)].filter(({ image }) => image.text !== '');

const urlsOf = (entry: Draft): string[] => placesOf(entry).map(({ image }) => pulledUrl(image.text));

export const identityOf = (entry: Draft): Identity => ({
  name: entry.name.text,
  aliases: entry.aliases.map(({ text }) => text),
  urls: draftImages(entry).map(({ image }) => pulledUrl(image.text)),
  formerUrls: draftFormerImages(entry).map(({ image }) => pulledUrl(image.text)),
});

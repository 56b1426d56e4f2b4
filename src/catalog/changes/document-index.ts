import { splitHost } from '../image-reference.ts';
import {
  type ParsedEntry,
  type ParsedImage,
  type ParsedItem,
  parsedFormerImages,
  parsedImages,
  parsedImagesEver,
  pulledUrl,
} from '../parsed-entry.ts';
import type { Identity } from '../successors.ts';

/**
 * Finds the entries of a document by name, alias and URL. The document may have faults: the last entry with a
 * repeated name counts, as for PyYAML, and the first entry with a repeated alias or URL.
 */
export class DocumentIndex {
  /** In document order. */
  readonly entries: readonly ParsedEntry[];
  readonly #byName: ReadonlyMap<string, ParsedEntry>;
  readonly #byAlias = new Map<string, { readonly entry: ParsedEntry; readonly alias: ParsedItem }>();
  readonly #byUrl = new Map<string, ParsedEntry>();
  readonly #hosts = new Map<ParsedEntry, ReadonlySet<string>>();

  constructor(parsed: readonly ParsedEntry[]) {
    this.#byName = new Map(parsed.map((entry) => [entry.name.text, entry]));
    this.entries = parsed.filter((entry) => this.#byName.get(entry.name.text) === entry);
    for (const entry of this.entries) {
      for (const alias of entry.aliases)
        if (!this.#byAlias.has(alias.text)) this.#byAlias.set(alias.text, { entry, alias });
      const urls = urlsOf(entry);
      for (const url of urls) if (!this.#byUrl.has(url)) this.#byUrl.set(url, entry);
      this.#hosts.set(entry, new Set(urls.map((url) => splitHost(url).host)));
    }
  }

  named(name: string): ParsedEntry | undefined {
    return this.#byName.get(name);
  }

  withAlias(alias: string): { readonly entry: ParsedEntry; readonly alias: ParsedItem } | undefined {
    return this.#byAlias.get(alias);
  }

  /** The entry that a name or alias leads to. */
  byShortName(shortName: string): ParsedEntry | undefined {
    return this.named(shortName) ?? this.withAlias(shortName)?.entry;
  }

  /** The entry that a URL, `HOST/NAME` or `HOST/ALIAS` leads to. */
  byUrl(url: string): ParsedEntry | undefined {
    const owner = this.#byUrl.get(url);
    if (owner) return owner;
    const { host, repository } = splitHost(url);
    const entry = this.byShortName(repository);
    return entry && this.hostsOf(entry).has(host) ? entry : undefined;
  }

  /** The hosts of an entry's images and former images. */
  hostsOf(entry: ParsedEntry): ReadonlySet<string> {
    return this.#hosts.get(entry) ?? new Set();
  }
}

/** The images of an entry and then its former images, without empty texts. */
export const placesOf = (entry: ParsedEntry): readonly ParsedImage[] =>
  parsedImagesEver(entry).filter(({ image }) => image.text !== '');

const urlsOf = (entry: ParsedEntry): string[] => placesOf(entry).map(({ image }) => pulledUrl(image.text));

export const identityOf = (entry: ParsedEntry): Identity => ({
  name: entry.name.text,
  aliases: entry.aliases.map(({ text }) => text),
  urls: parsedImages(entry).map(({ image }) => pulledUrl(image.text)),
  formerUrls: parsedFormerImages(entry).map(({ image }) => pulledUrl(image.text)),
});

import { readFileSync } from 'node:fs';
import type { Random } from '../../../support/random.ts';
import { corpus } from './corpus.ts';

const fixtures = ['images-v1.2025.yaml', 'images-v1.2026.yaml'].map((name) =>
  readFileSync(new URL(`../../../fixtures/image-config/${name}`, import.meta.url), 'utf8'),
);

/** Each entry of the real catalogs as a separate document, with shorter names, because the reader in Python is slow. */
const realEntries = (): string[] =>
  fixtures
    .flatMap((text) => text.split(/^(?=[A-Za-z0-9])/m))
    .map((entry) =>
      entry.replaceAll('docker-registry.tools.wmflabs.org', 'r.example').replaceAll('toolforge-', 't-'),
    )
    .filter((entry) => entry.length < 300 && !entry.startsWith('#'));

/**
 * The documents that are mutated: the corpus, real entries, and documents that were accepted on the way, so that changes
 * accumulate. One in three comes from the shelf of catalogs, because few changes leave a catalog valid.
 */
export class Pool {
  readonly #documents: Shelf;
  readonly #catalogs: Shelf;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.#documents = new Shelf(corpus.map(({ text }) => text));
    this.#catalogs = new Shelf(realEntries());
  }

  pick(): string {
    return (this.#random.chance(3) ? this.#catalogs : this.#documents).pick(this.#random);
  }

  join(text: string, isCatalog: boolean): void {
    (isCatalog ? this.#catalogs : this.#documents).join(text, this.#random);
  }
}

/** Documents with different outlines: one whose outline is known does not join, so no kind fills the shelf. */
class Shelf {
  readonly #texts: string[];
  readonly #kept: number;
  readonly #outlines: Set<string>;

  constructor(texts: readonly string[]) {
    this.#texts = [...texts];
    this.#kept = texts.length;
    this.#outlines = new Set(texts.map(outline));
  }

  pick(random: Random): string {
    return random.of(this.#texts);
  }

  join(text: string, random: Random): void {
    const seen = outline(text);
    if (this.#outlines.has(seen)) return;
    this.#outlines.add(seen);
    if (this.#texts.length < MOST) this.#texts.push(text);
    else this.#texts[this.#kept + random.below(MOST - this.#kept)] = text;
  }
}

const MOST = 3_000;

/** The document with all words and all spaces made equal. */
const outline = (text: string): string => text.replaceAll(/[A-Za-z0-9_/]+/g, 'w').replaceAll(/ +/g, ' ');

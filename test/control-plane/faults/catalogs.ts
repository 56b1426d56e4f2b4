import { readFileSync } from 'node:fs';
import { defaultPolicy } from '../../../src/settings.ts';

/** The key of the catalog in its ConfigMap. */
export const KEY = 'images-v1.yaml';

const fixture = (path: string): string =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');

export const GOOD = fixture('image-config/images-v1.2026.yaml');
export const BAD = fixture('catalogs/bad/duplicate-url.yaml');

/** The good one with more entries: as many as may be, in a text as long as may be. */
export const LARGEST = grown(GOOD);

function grown(text: string): string {
  const { maxEntries, maxBytes } = defaultPolicy;
  const there = text.match(/^[^\s#]+:$/gm)?.length ?? 0;
  const more = Array.from({ length: maxEntries - there }, (_, number) => {
    const name = `more${number}`;
    return `${name}: {state: stable, image: r.example.org/${name}, variants: {}}\n`;
  });
  const entries = [text, ...more].join('');
  return `${entries}#${'.'.repeat(maxBytes - Buffer.byteLength(entries) - 2)}\n`;
}

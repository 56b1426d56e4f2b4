import { readFileSync } from 'node:fs';
import { defaultPolicy } from '../../../src/settings.ts';
import { HOST } from '../../support/catalog.ts';
import type { Json } from '../../support/reviews.ts';

/** The collection in which the catalog's ConfigMap is. */
export const CONFIG_MAPS = '/api/v1/namespaces/tf-public/configmaps';
export const CATALOG = `${CONFIG_MAPS}/image-config`;
/** The key of the catalog in the data of its ConfigMap. */
export const KEY = 'images-v1.yaml';

/** The catalog's ConfigMap as a manifest. */
export const configMap = (text: string, annotations: Record<string, string> = {}): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'image-config', namespace: 'tf-public', annotations },
  data: { [KEY]: text },
});

/** The text of a file in test/fixtures. */
export const fixture = (path: string): string =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');

/** A catalog of Toolforge's size; `URL_311` and the others are images of it. */
export const GOOD = fixture('image-config/images-v1.2026.yaml');
export const BAD = fixture('catalogs/bad/duplicate-url.yaml');
export const URL_311 = `${HOST}/toolforge-python311-sssd-web:latest`;
export const URL_39 = `${HOST}/toolforge-python39-sssd-web:latest`;
export const URL_37 = `${HOST}/toolforge-python37-sssd-web:latest`;

/** `GOOD` with more entries: as many entries and bytes as the default policy allows. */
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

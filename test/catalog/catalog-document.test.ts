import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogDocument } from '../../src/catalog/catalog-document.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { toYaml } from '../../src/catalog/yaml/parse.ts';
import { defaultPolicy } from '../../src/settings.ts';

const entriesOf = (text: string) => loadCatalog(text, defaultPolicy, '2026-11-30').catalog?.entries;

describe('a catalog as a document', () => {
  it.each(['image-config/images-v1.2025.yaml', 'image-config/images-v1.2026.yaml', 'cli/tools-catalog.yaml'])(
    'has the same entries when %s is read again',
    (file) => {
      const entries = entriesOf(readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8'));
      expect(entries?.length).toBeGreaterThan(5);
      expect(entriesOf(toYaml(catalogDocument(entries ?? [])))).toEqual(entries);
    },
  );
});

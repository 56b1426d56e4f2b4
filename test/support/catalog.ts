import { readFileSync } from 'node:fs';
import type { Entry } from '../../src/catalog/entry.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import { buildLookup, defaultPrecedence, type Lookup } from '../../src/catalog/lookup.ts';
import { defaultPolicy } from '../../src/settings.ts';

export const HOST = 'docker-registry.tools.wmflabs.org';
export const NEW_HOST = 'docker-registry.svc.toolforge.org';

/** A lookup of these entries, by name; missing fields have defaults. */
export function lookupOf(entries: Record<string, Partial<Entry>>): Lookup {
  return buildLookup(
    {
      entries: Object.entries(entries).map(([name, entry]) => ({
        name,
        state: 'stable',
        aliases: [],
        variants: [],
        ...entry,
      })),
      digest: `sha256:${'0'.repeat(64)}`,
    },
    defaultPrecedence,
  );
}

/** One entry of each kind that admission treats differently. */
const smallCatalog: Record<string, Partial<Entry>> = {
  'python3.11': {
    image: `${HOST}/toolforge-python311-sssd-web`,
    aliases: ['tf-python311', 'toolforge-python311-sssd-base'],
    variants: [
      ['jobs-framework', `${HOST}/toolforge-python311-sssd-base`],
      ['webservice', `${HOST}/toolforge-python311-sssd-web`],
    ],
  },
  'python3.9': {
    aliases: ['tf-python39'],
    variants: [
      ['jobs-framework', `${HOST}/toolforge-python39-sssd-base`],
      ['webservice', `${HOST}/toolforge-python39-sssd-web`],
    ],
  },
  'python3.7': {
    state: 'deprecated',
    image: `${HOST}/toolforge-python37-sssd-web`,
    aliases: ['tf-python37'],
    deprecation: {
      replacement: 'python3.11',
      removal: '2027-03-01',
      url: 'https://wikitech.wikimedia.org/wiki/Help:Toolforge/Python',
    },
  },
  node12: {
    state: 'deprecated',
    image: `${HOST}/toolforge-node12-sssd-web`,
    aliases: ['tf-node12', 'tf-node12-DEPRECATED'],
  },
  'mono6.12': { variants: [['jobs-framework', `${NEW_HOST}/toolforge-mono612-sssd-base`]] },
  hollow: {},
  constructor: { image: `${HOST}/toolforge-constructor` },
};

export const smallLookup = lookupOf(smallCatalog);

/** The realistic catalog of 2025 or 2026 in `test/fixtures/image-config`. */
export function realLookup(year: 2025 | 2026): Lookup {
  const file = new URL(`../fixtures/image-config/images-v1.${year}.yaml`, import.meta.url);
  const { catalog, problems } = loadCatalog(readFileSync(file, 'utf8'), defaultPolicy, '2026-11-03');
  if (!catalog) throw new Error(`${year}: ${JSON.stringify(problems)}`);
  return buildLookup(catalog, defaultPrecedence);
}

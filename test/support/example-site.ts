import { readFileSync } from 'node:fs';
import type { Entry } from '../../src/catalog/entry.ts';
import { digestOf } from '../../src/catalog/load.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { defaultPolicy } from '../../src/settings.ts';
import type { SiteState } from '../../src/site/state.ts';
import { historyText } from './history.ts';
import { populatedSite } from './population.ts';

const example = populatedSite({ tools: 80, workloads: 320 });

/** The state that `npm run site` shows: the realistic catalog, some of its images being phased out, and tools on them. */
export function exampleState(): SiteState {
  const file = new URL('../fixtures/image-config/images-v1.2026.yaml', import.meta.url);
  const text = example.lookup.catalog.entries.reduce(withDeprecation, readFileSync(file, 'utf8'));
  return {
    catalog: { digest: digestOf(text), text },
    outdated: null,
    use: { ...example.use, since: '2026-11-30T06:00:00Z' },
    settings: { policy: defaultPolicy, precedence: defaultPrecedence, pastRemoval: 'warn' },
  };
}

/** The history that `npm run site` shows. Each start copies it, since the site appends the line of the day. */
export const exampleHistory: string = historyText(example.history ?? []);

export const exampleEntries: readonly Entry[] = example.lookup.catalog.entries;

/** Writes the deprecation of an entry into the text of its catalog. */
function withDeprecation(text: string, { name, deprecation }: Entry): string {
  if (!deprecation) return text;
  const fields = Object.entries(deprecation).map(([field, value]) => `    ${field}: "${value}"\n`);
  const start = text.indexOf(`\n${name}:\n`) + 1;
  const state = text.indexOf('  state: ', start);
  const end = text.indexOf('\n', state) + 1;
  return `${text.slice(0, state)}  state: deprecated\n  deprecation:\n${fields.join('')}${text.slice(end)}`;
}

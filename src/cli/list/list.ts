import {
  type Catalog,
  type Deprecation,
  deprecationFact,
  type Entry,
  isDeprecated,
} from '../../catalog/entry.ts';
import { toYaml } from '../../catalog/yaml/parse.ts';
import { type AskOptions, askCatalog } from '../ask-catalog.ts';
import type { CommandResult } from '../command-result.ts';
import type { Io } from '../io.ts';
import { table } from '../output/table.ts';

export interface ListVerbOptions extends AskOptions {
  readonly all?: boolean;
  readonly format: 'table' | 'json' | 'yaml';
}

/** The names that users should see, in order. Aliases are accepted, but never listed. */
export async function list(options: ListVerbOptions, io: Io): Promise<CommandResult> {
  const catalog = await askCatalog(options, io);
  if ('exitCode' in catalog) return catalog;
  return { exitCode: 0, stdout: render(shown(catalog, options.all ?? false), options.format) };
}

const shown = ({ entries }: Catalog, all: boolean): Entry[] =>
  entries.filter((entry) => all || !isDeprecated(entry)).sort((a, b) => (a.name < b.name ? -1 : 1));

function render(entries: readonly Entry[], format: ListVerbOptions['format']): string {
  switch (format) {
    case 'table':
      return toTable(entries);
    case 'json':
      return `${JSON.stringify(entries.map(plain), null, 2)}\n`;
    case 'yaml':
      return toYaml(entries.map(plain));
  }
}

function toTable(entries: readonly Entry[]): string {
  const rows = entries.map((entry) => [
    entry.name,
    entry.state,
    entry.variants.map(([variant]) => variant).join(', '),
    deprecationFact(entry) ?? '',
  ]);
  return table([['NAME', 'STATE', 'VARIANTS', 'NOTE'], ...rows]);
}

interface PlainEntry {
  readonly name: string;
  readonly state: string;
  readonly image?: string;
  readonly variants: Readonly<Record<string, string>>;
  readonly deprecation?: Deprecation;
}

const plain = ({ name, state, image, variants, deprecation }: Entry): PlainEntry => ({
  name,
  state,
  ...(image !== undefined && { image }),
  variants: Object.fromEntries(variants),
  ...(deprecation && { deprecation }),
});

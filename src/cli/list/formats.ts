import { type Deprecation, deprecationFact, type Entry } from '../../catalog/entry.ts';
import { isForJobs, isWebserviceType } from '../../catalog/readers.ts';
import { table } from '../output/table.ts';
import { printable, toJson } from '../output/terminal-safe.ts';

type Renderer = (entries: readonly Entry[]) => string | Promise<string>;

/** The formats of `list`. Each row is a choice of `--format`; the first is the default. */
export const listFormats = {
  table: entriesAsTable,
  json: (entries) => toJson(entries.map(plainEntry)),
  yaml: (entries) => terminalSafeYaml(entries.map(plainEntry)),
} satisfies Readonly<Record<string, Renderer>>;

function entriesAsTable(entries: readonly Entry[]): string {
  const rows = entries.map((entry) => [
    entry.name,
    entry.state,
    clientsOf(entry).join(', '),
    deprecationFact(entry) ?? '',
  ]);
  return table([['NAME', 'STATE', 'FOR', 'NOTE'], ...rows]);
}

/** The clients that find an image in an entry; of a variant that no known client reads, its name. */
const clientsOf = (entry: Entry): string[] => [
  ...(isForJobs(entry) ? ['jobs'] : []),
  ...(isWebserviceType(entry) ? ['webservice'] : []),
  ...entry.variants
    .map(([name]) => name)
    .filter((name) => name !== 'jobs-framework' && name !== 'webservice'),
];

/** YAML has escapes only within double quotes, which its writer does not use for format characters; JSON is YAML and has them. */
async function terminalSafeYaml(entries: readonly PlainEntry[]): Promise<string> {
  // The command line loads this table at every start, and a reader of YAML is large.
  const { toYaml } = await import('../../catalog/yaml/parse.ts');
  const yaml = toYaml(entries);
  const text = yaml.replaceAll('\n', '');
  return printable(text) === text ? yaml : toJson(entries);
}

interface PlainEntry {
  readonly name: string;
  readonly state: string;
  readonly aliases: readonly string[];
  readonly image?: string;
  readonly variants: Readonly<Record<string, string>>;
  readonly deprecation?: Deprecation;
}

const plainEntry = ({ name, state, aliases, image, variants, deprecation }: Entry): PlainEntry => ({
  name,
  state,
  aliases,
  ...(image !== undefined && { image }),
  variants: Object.fromEntries(variants),
  ...(deprecation && { deprecation }),
});

import { type Catalog, type Entry, isDeprecated } from '../../catalog/entry.ts';
import { counted } from '../../catalog/wording.ts';
import { type AskOptions, askCatalog } from '../ask-catalog.ts';
import type { CommandResult } from '../command-result.ts';
import type { Io } from '../io.ts';
import { listFormats } from './formats.ts';

export interface ListVerbOptions extends AskOptions {
  readonly all?: boolean;
  readonly format: keyof typeof listFormats;
}

/** Prints the names that users should see, in order. Aliases are accepted, but never listed. */
export async function list(options: ListVerbOptions, io: Io): Promise<CommandResult> {
  const catalog = await askCatalog(options, io);
  if ('exitCode' in catalog) return catalog;
  const { all = false, format } = options;
  const entries = shown(catalog, all);
  return {
    exitCode: 0,
    stdout: await listFormats[format](entries),
    ...(format === 'table' && { stderr: hiddenNote(catalog.entries.length - entries.length) }),
  };
}

const shown = ({ entries }: Catalog, all: boolean): Entry[] =>
  entries.filter((entry) => all || !isDeprecated(entry)).sort((a, b) => (a.name < b.name ? -1 : 1));

/** For a reader who looks for a deprecated name. */
const hiddenNote = (hidden: number): string =>
  hidden === 0 ? '' : `note: ${counted(hidden, 'deprecated name')} not shown; to see all: list --all\n`;

import { type Catalog, type Entry, isDeprecated } from '../../catalog/entry.ts';
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
  return { exitCode: 0, stdout: await listFormats[options.format](shown(catalog, options.all ?? false)) };
}

const shown = ({ entries }: Catalog, all: boolean): Entry[] =>
  entries.filter((entry) => all || !isDeprecated(entry)).sort((a, b) => (a.name < b.name ? -1 : 1));

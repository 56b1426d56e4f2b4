import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadCatalog } from '../../catalog/load.ts';
import { buildLookup } from '../../catalog/lookup.ts';
import { counted } from '../../catalog/wording.ts';
import type { HistoryLine } from '../../history/line.ts';
import { siteFiles } from '../../site/files.ts';
import { decodeState } from '../../site/state.ts';
import { useNotKnown } from '../../site/use.ts';
import { askCatalog } from '../ask-catalog.ts';
import { type CommandResult, toUsageError, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { printableLines } from '../output/terminal-safe.ts';
import { type Recordable, withLineOf } from './follow-history.ts';
import { historyFile, storedHistory } from './history-store.ts';
import { refuseTwoSources, type SiteOptions } from './options.ts';
import { readState } from './read-state.ts';
import type { Known } from './source.ts';

/** Writes the site into a new or empty directory, so that no page of an older catalog stays. */
export async function writeSite(options: SiteOptions, directory: string, io: Io): Promise<CommandResult> {
  refuseTwoSources(options);
  const known = await knownNow(options, io);
  if ('exitCode' in known) return known;
  const today = io.today();
  const history =
    options.history === undefined
      ? known.history
      : await extendedHistory(options.history, { ...known, today }, io);
  const files = siteFiles({ ...known, history, today, publicUrl: options.publicUrl });
  const written = await writeInto(directory, files).catch(toUsageError);
  return { exitCode: 0, stdout: printableLines(`wrote ${counted(written, 'file')} to ${directory}\n`) };
}

/** The lines of the file, which gets one of today if the use is known. */
async function extendedHistory(
  path: string,
  now: Recordable,
  io: Io,
): Promise<readonly HistoryLine[] | undefined> {
  const file = historyFile(path);
  const before = await file.read().catch(toUsageError);
  const after = withLineOf(now, before);
  if (after !== before) await file.write?.(before, after).catch(toUsageError);
  return storedHistory({ label: path, read: async () => after }, now.today, io);
}

async function knownNow(options: SiteOptions, io: Io): Promise<Known | CommandResult> {
  const { catalog: file, state, precedence } = options;
  if (file !== undefined) {
    const catalog = await askCatalog(options, io);
    return 'exitCode' in catalog ? catalog : { lookup: buildLookup(catalog, precedence), use: useNotKnown };
  }
  if (state !== undefined) return knownFrom(state, io.today());
  // Loaded only for a cluster, like the client of it.
  const { knownInCluster } = await import('./known-in-cluster.ts');
  return knownInCluster(options, io);
}

/** Reads a state once. */
async function knownFrom(place: string, today: string): Promise<Known> {
  const found = await readState(place).catch(toUsageError);
  const { catalog: served, outdated, use, settings } = decoded(found?.text ?? '', place);
  const { policy, precedence, pastRemoval } = settings;
  const { catalog } = loadCatalog(served?.text ?? '', policy, today);
  if (!catalog) throw new UsageError(`the state at ${place} has no valid catalog`);
  return { lookup: buildLookup(catalog, precedence), use, pastRemoval, outdated: outdated ?? undefined };
}

function decoded(text: string, place: string): ReturnType<typeof decodeState> {
  try {
    return decodeState(text);
  } catch (error) {
    throw new UsageError(`cannot read the state at ${place}: ${(error as Error).message}`, { cause: error });
  }
}

async function writeInto(directory: string, files: ReturnType<typeof siteFiles>): Promise<number> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new UsageError(`${directory} is not empty; give a new or an empty directory`);
  const made = new Set<string>();
  let written = 0;
  for (const some of inBatches(files, WRITES)) {
    for (const folder of new Set(some.map(({ path }) => join(directory, dirname(path)))))
      if (!made.has(folder)) await mkdir(folder, { recursive: true }).then(() => made.add(folder));
    await Promise.all(some.map(({ path, text }) => writeFile(join(directory, path), text, { flag: 'wx' })));
    written += some.length;
  }
  return written;
}

/** Files that are written at the same time. */
const WRITES = 64;

function* inBatches<Item>(items: Iterable<Item>, size: number): Iterable<readonly Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

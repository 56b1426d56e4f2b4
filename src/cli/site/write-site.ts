import { counted } from '../../catalog/wording.ts';
import type { HistoryLine } from '../../history/line.ts';
import { siteFiles } from '../../site/files.ts';
import { type CommandResult, toUsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { printableLines } from '../output/terminal-safe.ts';
import { writeInto } from '../write-into.ts';
import { type Recordable, withLineOf } from './follow-history.ts';
import { historyFile, storedHistory } from './history-store.ts';
import { knownNow } from './known-now.ts';
import { CLUSTER_HINT, refuseTwoSources, type SiteOptions } from './options.ts';

/** Writes the site into a new or empty directory, so that no page of an older catalog stays. */
export async function writeSite(options: SiteOptions, directory: string, io: Io): Promise<CommandResult> {
  refuseTwoSources(options);
  const known = await knownNow(options, { hint: CLUSTER_HINT, history: options.history === undefined }, io);
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

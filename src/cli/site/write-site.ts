import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildLookup } from '../../catalog/lookup.ts';
import { counted } from '../../catalog/wording.ts';
import { siteFiles } from '../../site/files.ts';
import { useNotKnown } from '../../site/use.ts';
import { askCatalog } from '../ask-catalog.ts';
import { type CommandResult, toUsageError, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { printableLines } from '../output/terminal-safe.ts';
import type { SiteOptions } from './options.ts';

/** Writes the site into a new or empty directory, so that no page of an older catalog stays. */
export async function writeSite(options: SiteOptions, directory: string, io: Io): Promise<CommandResult> {
  const catalog = await askCatalog(options, io);
  if ('exitCode' in catalog) return catalog;
  const { publicUrl, precedence } = options;
  const files = siteFiles({
    lookup: buildLookup(catalog, precedence),
    use: useNotKnown,
    today: io.today(),
    publicUrl,
  });
  const written = await writeInto(directory, files).catch(toUsageError);
  return { exitCode: 0, stdout: printableLines(`wrote ${counted(written, 'file')} to ${directory}\n`) };
}

async function writeInto(directory: string, files: ReturnType<typeof siteFiles>): Promise<number> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new UsageError(`${directory} is not empty; give a new or an empty directory`);
  let written = 0;
  for (const { path, text } of files) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    written += 1;
  }
  return written;
}

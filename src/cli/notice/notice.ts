import { readFile } from 'node:fs/promises';
import { counted } from '../../catalog/wording.ts';
import { BadTold, decodeTold, type ToldNotice } from '../../notice/told.ts';
import type { Step } from '../../notice/tool-notices.ts';
import { buildSiteModel, type SiteModel } from '../../site/model.ts';
import { notKnown } from '../../site/use.ts';
import { type CommandResult, toUsageError, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { noteText, printableLines } from '../output/terminal-safe.ts';
import { knownNow } from '../site/known-now.ts';
import type { KnownOptions } from '../site/options.ts';
import { writeInto } from '../write-into.ts';
import { noticeTargets } from './formats.ts';
import { noticeReport } from './report.ts';

export interface NoticeOptions extends Omit<KnownOptions, 'catalog'> {
  readonly to: keyof typeof noticeTargets;
  /** A name or an alias. */
  readonly image?: string;
  readonly step?: Step;
  /** A file with the output of `notice --to json`. */
  readonly since?: string;
  readonly out?: string;
  readonly recipient: string;
  readonly publicUrl?: string;
}

/** Writes one text for each tool on a deprecated image, and one announcement. Sends nothing, and only reads the cluster. */
export async function notice(options: NoticeOptions, io: Io): Promise<CommandResult> {
  const told = options.since === undefined ? [] : await toldIn(options.since);
  const known = await knownNow(options, { hint: '--state URL reads what serve knows', history: false }, io);
  if ('exitCode' in known) return known;
  const model = buildSiteModel({
    ...known,
    today: io.today(),
    publicUrl: options.publicUrl,
  });
  const scope = { image: canonicalName(options.image, model), step: options.step, told };
  const report = noticeReport(model, scope, options.recipient);
  const target = noticeTargets[options.to];
  const files = await target.files(report);
  const stderr = noteText(summary(report.notices.length, model));
  if (options.out === undefined) return { exitCode: 0, stdout: target.joined(files, report), stderr };
  const written = await writeInto(options.out, files).catch(toUsageError);
  return {
    exitCode: 0,
    stdout: printableLines(`wrote ${counted(written, 'file')} to ${options.out}\n`),
    stderr,
  };
}

async function toldIn(file: string): Promise<ToldNotice[]> {
  const text = await readFile(file, 'utf8').catch(toUsageError);
  try {
    return decodeTold(text);
  } catch (error) {
    if (!(error instanceof BadTold)) throw error;
    throw new UsageError(`cannot read --since ${file}: ${error.message}`, { cause: error });
  }
}

/** Notices would miss tools if it is not known who uses an image, so that is an error. */
function canonicalName(image: string | undefined, { use, byShortName }: SiteModel): string | undefined {
  if (!use.known)
    throw new UsageError(`which tools use an image is ${notKnown(use)}; try again when it is known`);
  if (image === undefined) return undefined;
  const found = byShortName.get(image);
  if (!found) throw new UsageError(`--image ${image}: the catalog has no image of this name`);
  if (!found.deprecation) throw new UsageError(`--image ${image}: it is not deprecated`);
  return found.entry.name;
}

const summary = (count: number, { outdated, staleSince }: SiteModel): string =>
  [
    `${counted(count, 'tool')} to notify`,
    ...(outdated === undefined ? [] : [outdated]),
    ...(staleSince === undefined ? [] : [`serve does not answer; these are its facts of ${staleSince}`]),
  ].join('; ');

import type { ClientPrecedence } from '../../catalog/lookup.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import { type CommandResult, type ExitCode, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import {
  catalogsOf,
  type LintedFile,
  type LintTerms,
  lintFile,
  type Old,
  type Source,
} from '../lint-file.ts';
import { policyOf } from '../options/shared.ts';
import { type Colors, colorsFor } from '../output/colors.ts';
import { type FileFindings, findingsOf } from '../output/finding.ts';
import { toText } from '../output/findings-text.ts';
import { readInput } from '../read-input.ts';
import { toGithub } from './github.ts';
import { toGitlab } from './gitlab.ts';
import { toJson } from './json.ts';
import { toSarif } from './sarif.ts';

export interface LintOptions extends CatalogPolicy {
  readonly against?: string;
  /** What of the change is meant: names, `reader:…`, `host:…`, `immutable`. */
  readonly acknowledge?: readonly string[];
  readonly precedence: ClientPrecedence;
  readonly format: 'text' | 'json' | 'github' | 'gitlab' | 'sarif';
  readonly strict?: boolean;
  readonly today?: string;
}

/** Judges each file. One that can't be read keeps the others from nothing. */
export async function lint(files: readonly string[], options: LintOptions, io: Io): Promise<CommandResult> {
  const { against, strict = false, format } = options;
  refuseSecondStdin([...files, ...(against === undefined ? [] : [against])]);
  if (options.acknowledge && against === undefined)
    throw new UsageError('--acknowledge is about a change: give the old catalog, too, by --against OLD');
  const terms = {
    policy: policyOf(options),
    today: options.today ?? io.today(),
    ...(against !== undefined && {
      change: {
        old: await oldFrom(against, io),
        precedence: options.precedence,
        acknowledged: options.acknowledge ?? [],
      },
    }),
  };
  const { linted, unreadable } = await lintAll(files, terms, io);
  return {
    exitCode: exitCodeOf(linted, unreadable, strict),
    stdout: render(format, linted.map(findingsOf), unreadable, colorsFor(io.stdout, io.env)),
    stderr: unreadable.map((message) => `error: ${message}\n`).join(''),
  };
}

function refuseSecondStdin(files: readonly string[]): void {
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('standard input can be read only once');
}

const sourceOf = async (file: string, io: Io): Promise<Source> => ({ file, text: await readInput(file, io) });

async function oldFrom(file: string, io: Io): Promise<Old> {
  const { catalogs } = catalogsOf(await sourceOf(file, io));
  return { file, catalogs };
}

async function lintAll(files: readonly string[], terms: LintTerms, io: Io) {
  const linted: LintedFile[] = [];
  const unreadable: string[] = [];
  for (const file of files) {
    try {
      linted.push(lintFile(await sourceOf(file, io), terms));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unreadable.push(error.message);
    }
  }
  return { linted, unreadable };
}

function exitCodeOf(linted: readonly LintedFile[], unreadable: readonly string[], strict: boolean): ExitCode {
  if (unreadable.length > 0) return 2;
  // What is acknowledged is shown, and is no finding.
  return linted.some(({ errors, unacknowledged }) => errors > 0 || (strict && unacknowledged > 0)) ? 1 : 0;
}

function render(
  format: LintOptions['format'],
  files: readonly FileFindings[],
  unreadable: readonly string[],
  colors: Colors,
): string {
  switch (format) {
    case 'text':
      // Nothing was read: the words on stderr say it all.
      return files.length === 0 ? '' : toText(files, colors);
    case 'json':
      return toJson(files);
    case 'github':
      return toGithub(files);
    case 'gitlab':
      return toGitlab(files);
    case 'sarif':
      return toSarif(files, unreadable);
  }
}

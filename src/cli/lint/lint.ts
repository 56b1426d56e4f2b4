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
import { colorsFor } from '../output/colors.ts';
import { findingsOf } from '../output/findings.ts';
import { errorText } from '../output/terminal-safe.ts';
import { readInput, refuseSecondStdin } from '../read-input.ts';
import { lintFormats } from './formats.ts';

export interface LintOptions extends CatalogPolicy {
  readonly against?: string;
  /** Losses of the change that are intended: names, `reader:…`, `host:…`, `immutable`. */
  readonly acknowledge?: readonly string[];
  readonly precedence: ClientPrecedence;
  readonly format: keyof typeof lintFormats;
  readonly strict?: boolean;
  readonly today?: string;
}

/** Lints each file. A file that cannot be read does not stop the others. */
export async function lint(files: readonly string[], options: LintOptions, io: Io): Promise<CommandResult> {
  const { against, strict = false, format } = options;
  refuseSecondStdin(...files, against);
  if (options.acknowledge && against === undefined)
    throw new UsageError('--acknowledge is about a change: give the old catalog, too, with --against OLD');
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
    stdout: lintFormats[format]({ files: linted.map(findingsOf), unreadable }, colorsFor(io.stdout, io.env)),
    stderr: unreadable.map(errorText).join(''),
  };
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
  // An acknowledged warning is shown, but does not count for --strict.
  return linted.some(({ errors, unacknowledged }) => errors > 0 || (strict && unacknowledged > 0)) ? 1 : 0;
}

import { statSync } from 'node:fs';
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
import { type Fixed, findingsOf } from '../output/findings.ts';
import { patchFor } from '../output/patch.ts';
import { errorText } from '../output/terminal-safe.ts';
import { readInput, refuseSecondStdin } from '../read-input.ts';
import type { RegistryCheck } from './check-registry.ts';
import { type FixedSource, fixCatalogFile } from './fix-catalog.ts';
import { lintFormats } from './formats.ts';

export interface LintOptions extends CatalogPolicy {
  readonly against?: string;
  /** Losses of the change that are intended: names, `reader:…`, `host:…`, `immutable`. */
  readonly acknowledge?: readonly string[];
  readonly precedence: ClientPrecedence;
  readonly format: keyof typeof lintFormats;
  readonly strict?: boolean;
  readonly today?: string;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly checkRegistry?: boolean;
}

/** Lints each file. A file that cannot be read does not stop the others. */
export async function lint(files: readonly string[], options: LintOptions, io: Io): Promise<CommandResult> {
  const { against, strict = false, format, fix = false, dryRun = false } = options;
  refuseSecondStdin(...files, against);
  if (fix && files.includes('-')) throw new UsageError('--fix changes files, and standard input is none');
  if (dryRun && !fix) throw new UsageError('--dry-run prints what --fix would change: give --fix, too');
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
  const checkRegistry = options.checkRegistry ? await registryCheck(options.registries) : undefined;
  const { linted, fixed, patch, unreadable } = await lintAll(
    files,
    { terms, checkRegistry, fix: fix ? { dryRun } : undefined },
    io,
  );
  const found = linted.map((file, index) => ({
    ...findingsOf(file),
    ...(fix && { fixed: fixed[index] ?? [] }),
  }));
  return {
    exitCode: exitCodeOf(linted, unreadable, strict),
    stdout: dryRun
      ? patchFor(io.stdout, patch)
      : lintFormats[format]({ files: found, unreadable }, colorsFor(io.stdout, io.env)),
    stderr: unreadable.map(errorText).join(''),
  };
}

const sourceOf = async (file: string, io: Io): Promise<Source> => ({ file, text: await readInput(file, io) });

/** Throws `UsageError` for what --fix cannot replace. A file that cannot be looked at has an error when it is read. */
function refuseOddFile(file: string): void {
  let isRegular = true;
  try {
    isRegular = statSync(file).isFile();
  } catch {}
  if (!isRegular) throw new UsageError(`cannot change ${file}: it is no regular file`);
}

async function oldFrom(file: string, io: Io): Promise<Old> {
  const { catalogs } = catalogsOf(await sourceOf(file, io));
  return { file, catalogs };
}

async function registryCheck(registries: readonly string[]): Promise<RegistryCheck> {
  if (registries.length === 0)
    throw new UsageError(
      '--check-registry asks only registries that --registries names: give, for example, --registries docker-registry.svc.toolforge.org',
    );
  const { checkRegistries } = await import('./check-registry.ts');
  return checkRegistries({ registries });
}

interface LintTasks {
  readonly terms: LintTerms;
  readonly checkRegistry: RegistryCheck | undefined;
  readonly fix: { readonly dryRun: boolean } | undefined;
}

async function lintAll(files: readonly string[], { terms, checkRegistry, fix }: LintTasks, io: Io) {
  const linted: LintedFile[] = [];
  const fixed: (readonly Fixed[])[] = [];
  const unreadable: string[] = [];
  let patch = '';
  for (const file of files) {
    try {
      // A FIFO would wait for a writer, and cannot be written anyway.
      if (fix) refuseOddFile(file);
      const source = await sourceOf(file, io);
      const result: FixedSource = fix
        ? fixCatalogFile(source, terms, fix.dryRun)
        : { source, fixed: [], patch: '' };
      linted.push(lintFile(result.source, terms, await checkRegistry?.(result.source, terms)));
      fixed.push(result.fixed);
      patch += result.patch;
      if (result.refusal !== undefined) unreadable.push(`cannot change ${file}: ${result.refusal}`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unreadable.push(error.message);
    }
  }
  return { linted, fixed, patch, unreadable };
}

function exitCodeOf(linted: readonly LintedFile[], unreadable: readonly string[], strict: boolean): ExitCode {
  if (unreadable.length > 0) return 2;
  // An acknowledged warning is shown, but does not count for --strict.
  return linted.some(({ errors, unacknowledged }) => errors > 0 || (strict && unacknowledged > 0)) ? 1 : 0;
}

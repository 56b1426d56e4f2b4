import { buildLookup } from '../../catalog/lookup.ts';
import { LineIndex } from '../../catalog/positions.ts';
import type { ParseFault } from '../../catalog/yaml/parse.ts';
import { toolFileChecker } from '../../tool-files/check-file.ts';
import { type CommandResult, type ExitCode, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { lintFormats } from '../lint/formats.ts';
import { colorsFor } from '../output/colors.ts';
import { type FileFindings, toolFileFindings } from '../output/findings.ts';
import { patchFor } from '../output/patch.ts';
import { errorText, noteText } from '../output/terminal-safe.ts';
import { inputName, readInput, refuseSecondStdin } from '../read-input.ts';
import { type CheckedByOptions, catalogToCheckBy } from './checked-by.ts';
import { type FixedFile, type FixTerms, fixFile } from './fix-file.ts';
import { readToolFile, type ToolFilePath, toolFilesIn } from './tool-files.ts';

export interface CheckOptions extends CheckedByOptions {
  readonly format: keyof typeof lintFormats;
  readonly strict?: boolean;
  readonly fix?: boolean;
  /** `--fix=deprecated`. */
  readonly 'fix=deprecated'?: boolean;
  readonly dryRun?: boolean;
}

/** Checks the images that files of tools ask for, and fixes some. A file that cannot be read does not stop the others. */
export async function check(paths: readonly string[], options: CheckOptions, io: Io): Promise<CommandResult> {
  const fix = fixTerms(options);
  refuseSecondStdin(...paths, options.catalog);
  if (fix && paths.includes('-')) throw new UsageError('--fix changes files, and standard input is none');
  const catalog = await catalogToCheckBy(options, io);
  if ('exitCode' in catalog) return catalog;
  const checkText = toolFileChecker(buildLookup(catalog, options.precedence), options.today ?? io.today());
  const { files, unreadable, notes, patch } = await checkAll(paths, { checkText, fix }, io);
  if (files.length === 0 && unreadable.length === 0) notes.push(NOTHING);
  const report = lintFormats[options.format]({ files, unreadable }, colorsFor(io.stdout, io.env));
  const messages = [...unreadable.map(errorText), ...notes.map(noteText)].join('');
  return {
    exitCode: exitCodeOf(files, unreadable, options.strict ?? false),
    // A patch is for `git apply`: nothing else may stand beside it.
    stdout: fix?.dryRun ? patchFor(io.stdout, patch) : report,
    stderr: messages,
  };
}

function fixTerms({ fix, 'fix=deprecated': deprecated, dryRun = false }: CheckOptions): FixTerms | undefined {
  if (fix || deprecated) return { kind: deprecated ? 'deprecated' : 'names', dryRun };
  if (dryRun)
    throw new UsageError('--dry-run prints what --fix would change: give --fix or --fix=deprecated, too');
  return undefined;
}

const NOTHING = 'none of these files is a jobs.yaml, a service.template, a toolforge.yaml or a manifest';

interface Terms {
  readonly checkText: ReturnType<typeof toolFileChecker>;
  readonly fix: FixTerms | undefined;
}

interface Checked {
  /** The files of tools, with and without findings. */
  readonly files: FileFindings[];
  readonly unreadable: string[];
  readonly notes: string[];
  patch: string;
  replacesImage: boolean;
}

async function checkAll(paths: readonly string[], terms: Terms, io: Io): Promise<Checked> {
  const checked: Checked = { files: [], unreadable: [], notes: [], patch: '', replacesImage: false };
  for (const path of paths) {
    if (path === '-') checkOne({ path, named: true }, { text: await readInput(path, io) }, terms, checked);
    else for (const file of toolFilesIn(path)) checkOne(file, readToolFile(file.path), terms, checked);
  }
  if (checked.replacesImage) checked.notes.push(OTHER_IMAGE);
  return checked;
}

const OTHER_IMAGE =
  'on another image, libraries that a tool has installed (a venv, node_modules) have to be installed anew before it is started';

function checkOne(
  file: ToolFilePath,
  read: ReturnType<typeof readToolFile>,
  { checkText, fix }: Terms,
  checked: Checked,
): void {
  const name = inputName(file.path);
  // In a directory there are files of others, too, so what cannot be read there is no failure.
  const skip = (reason: string): unknown =>
    file.named
      ? checked.unreadable.push(`cannot read ${name}: ${reason}`)
      : checked.notes.push(`skipped ${name}: ${reason}`);
  if ('reason' in read) return void skip(read.reason);
  const result = checkText(read.text, file.path);
  switch (result.kind) {
    case 'checked':
      if (fix) addFixed(file.path, fixFile(file.path, read.text, result.findings, fix), checkText, checked);
      else checked.files.push(toolFileFindings(file.path, read.text, result.findings));
      return;
    case 'template':
      checked.notes.push(`skipped ${name}: ${TEMPLATE}`);
      return;
    case 'malformed':
      skip(malformation(read.text, result.fault));
      return;
    case 'other file':
  }
}

function addFixed(
  path: string,
  { text, fixed, patch, refusal, notes, replacesImage }: FixedFile,
  checkText: Terms['checkText'],
  checked: Checked,
): void {
  const left = checkText(text, path);
  const findings = left.kind === 'checked' ? left.findings : [];
  checked.files.push({ ...toolFileFindings(path, text, findings), fixed });
  checked.notes.push(...notes);
  checked.patch += patch;
  checked.replacesImage ||= replacesImage;
  if (refusal !== undefined) checked.unreadable.push(`cannot change ${path}: ${refusal}`);
}

const TEMPLATE =
  'a template whose placeholders are no YAML; check what it renders: helm template … | image-config-admission check -';

function malformation(text: string, fault: ParseFault): string {
  const { line } = new LineIndex(text).position(fault.at.start);
  return fault.kind === 'depth'
    ? `line ${line} is nested too deeply`
    : `line ${line} is no well-formed YAML: ${fault.reason}`;
}

function exitCodeOf(
  files: readonly FileFindings[],
  unreadable: readonly string[],
  strict: boolean,
): ExitCode {
  if (unreadable.length > 0) return 2;
  return files.some(({ errors, warnings }) => errors > 0 || (strict && warnings > 0)) ? 1 : 0;
}

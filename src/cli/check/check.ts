import { buildLookup, type ClientPrecedence } from '../../catalog/lookup.ts';
import { LineIndex } from '../../catalog/positions.ts';
import type { ParseFault } from '../../catalog/yaml/parse.ts';
import { toolFileChecker } from '../../tool-files/check-file.ts';
import { type AskOptions, askCatalog } from '../ask-catalog.ts';
import type { CommandResult, ExitCode } from '../command-result.ts';
import type { Io } from '../io.ts';
import { lintFormats } from '../lint/formats.ts';
import { colorsFor } from '../output/colors.ts';
import { type FileFindings, toolFileFindings } from '../output/findings.ts';
import { errorText, noteText } from '../output/terminal-safe.ts';
import { inputName, readInput, refuseSecondStdin } from '../read-input.ts';
import { readToolFile, type ToolFilePath, toolFilesIn } from './tool-files.ts';

export interface CheckOptions extends AskOptions {
  readonly precedence: ClientPrecedence;
  readonly format: keyof typeof lintFormats;
  readonly strict?: boolean;
}

/** Checks the images that files of tools ask for. A file that cannot be read does not stop the others. */
export async function check(paths: readonly string[], options: CheckOptions, io: Io): Promise<CommandResult> {
  refuseSecondStdin(...paths, options.catalog);
  const catalog = await askCatalog(options, io);
  if ('exitCode' in catalog) return catalog;
  const checkText = toolFileChecker(buildLookup(catalog, options.precedence), options.today ?? io.today());
  const { files, unreadable, notes } = await checkAll(paths, checkText, io);
  if (files.length === 0 && unreadable.length === 0) notes.push(NOTHING);
  return {
    exitCode: exitCodeOf(files, unreadable, options.strict ?? false),
    stdout: lintFormats[options.format]({ files, unreadable }, colorsFor(io.stdout, io.env)),
    stderr: [...unreadable.map(errorText), ...notes.map(noteText)].join(''),
  };
}

const NOTHING = 'none of these files is a jobs.yaml, a service.template, a toolforge.yaml or a manifest';

interface Checked {
  /** The files of tools, with and without findings. */
  readonly files: FileFindings[];
  readonly unreadable: string[];
  readonly notes: string[];
}

async function checkAll(
  paths: readonly string[],
  checkText: ReturnType<typeof toolFileChecker>,
  io: Io,
): Promise<Checked> {
  const checked: Checked = { files: [], unreadable: [], notes: [] };
  for (const path of paths) {
    if (path === '-')
      checkOne({ path, named: true }, { text: await readInput(path, io) }, checkText, checked);
    else for (const file of toolFilesIn(path)) checkOne(file, readToolFile(file.path), checkText, checked);
  }
  return checked;
}

function checkOne(
  file: ToolFilePath,
  read: ReturnType<typeof readToolFile>,
  checkText: ReturnType<typeof toolFileChecker>,
  { files, unreadable, notes }: Checked,
): void {
  const name = inputName(file.path);
  // In a directory there are files of others, too, so what cannot be read there is no failure.
  const skip = (reason: string): unknown =>
    file.named ? unreadable.push(`cannot read ${name}: ${reason}`) : notes.push(`skipped ${name}: ${reason}`);
  if ('reason' in read) return void skip(read.reason);
  const { text } = read;
  const result = checkText(text, file.path);
  switch (result.kind) {
    case 'checked':
      files.push(toolFileFindings(file.path, text, result.findings));
      return;
    case 'template':
      notes.push(`skipped ${name}: ${TEMPLATE}`);
      return;
    case 'malformed':
      skip(malformation(text, result.fault));
      return;
    case 'other file':
  }
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

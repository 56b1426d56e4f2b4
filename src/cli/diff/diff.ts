import { isUnreadable, validateEdit } from '../../catalog/edit.ts';
import { type Loaded, loadCatalog } from '../../catalog/load.ts';
import type { ClientPrecedence } from '../../catalog/lookup.ts';
import type { FoundCatalog } from '../../catalog/manifest.ts';
import type { CatalogPolicy } from '../../catalog/policy.ts';
import { severityOf } from '../../catalog/problem.ts';
import { report } from '../../catalog/report.ts';
import { unknownUsage } from '../../catalog/usage.ts';
import { counted } from '../../catalog/wording.ts';
import { theCatalog } from '../ask-catalog.ts';
import { type CommandResult, UsageError } from '../command-result.ts';
import type { Io } from '../io.ts';
import { editedText } from '../lint-file.ts';
import { policyOf } from '../options/shared.ts';
import { colorsFor } from '../output/colors.ts';
import { findingsOf } from '../output/findings.ts';
import { errorText } from '../output/terminal-safe.ts';
import { inputName, readInput, refuseSecondStdin } from '../read-input.ts';
import { difference } from './difference.ts';
import { diffFormats, type InvalidSide } from './formats.ts';
import { snapshot } from './snapshot.ts';

export interface DiffOptions extends CatalogPolicy {
  readonly format: keyof typeof diffFormats;
  readonly precedence: ClientPrecedence;
  readonly today?: string;
}

/** Prints the changes of an edit, in fields and for the readers of the catalog. Compares the readable part of a catalog with errors. */
export async function diff(
  before: string,
  after: string,
  options: DiffOptions,
  io: Io,
): Promise<CommandResult> {
  refuseSecondStdin(before, after);
  const policy = policyOf(options);
  const today = options.today ?? io.today();
  const [was, is] = [await catalogIn(before, io), await catalogIn(after, io)];
  const [old, edited] = [was.text, is.text];
  const terms = { policy, today, precedence: options.precedence, usage: unknownUsage };
  const { loaded, problems, comparison } = validateEdit(
    { before: editedText(was), after: editedText(is) },
    terms,
  );
  const oldLoaded = loadCatalog(old, policy, today);
  refuseUnreadable({ [before]: oldLoaded, [after]: loaded });
  const invalid = [...invalidSide('old', before, oldLoaded), ...invalidSide('new', after, loaded)];
  const isCompared = comparison.kind === 'compared';
  const changes = difference(
    snapshot(old, policy),
    snapshot(edited, policy),
    isCompared ? comparison.successors : new Map(),
  );
  const losses = findingsOf({
    file: after,
    text: edited,
    ...report(problems.filter((problem) => 'subjects' in problem)),
    ...(isCompared && { readers: comparison.readers.map(({ label }) => label) }),
  });
  return {
    exitCode: invalid.length === 0 ? 0 : 1,
    stdout: diffFormats[options.format]({ changes, losses, invalid }, colorsFor(io.stdout, io.env)),
    stderr: invalid.map(faultOf).join(''),
  };
}

const catalogIn = async (file: string, io: Io): Promise<FoundCatalog> =>
  theCatalog({ file, text: await readInput(file, io) });

/** Throws `UsageError` for an unreadable side: every entry of the other side would seem to be added or removed. */
function refuseUnreadable(sides: Readonly<Record<string, Loaded>>): void {
  const files = Object.keys(sides).filter((file) => isUnreadable(sides[file] as Loaded));
  if (files.length === 0) return;
  throw new UsageError(
    `cannot compare: ${files.map((file) => `${inputName(file)} cannot be read as a catalog`).join(', and ')}. To see why: image-config-admission lint ${files.join(' ')}`,
  );
}

function invalidSide(side: InvalidSide['side'], file: string, { problems }: Loaded): InvalidSide[] {
  const errors = problems.filter((problem) => severityOf(problem) === 'error').length;
  return errors === 0 ? [] : [{ side, file, errors }];
}

const faultOf = ({ file, errors }: InvalidSide): string =>
  errorText(
    `${inputName(file)} has ${counted(errors, 'error')}; only what could be read of it is compared. To see them: image-config-admission lint ${file}`,
  );

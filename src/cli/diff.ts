import { counted } from '../catalog/counted.ts';
import { type CatalogPolicy, loadCatalog } from '../catalog/load.ts';
import { severityOf } from '../catalog/problem.ts';
import { theCatalog } from './ask-catalog.ts';
import { type Change, difference } from './catalog-difference.ts';
import { policyOf } from './catalog-options.ts';
import { snapshot } from './catalog-snapshot.ts';
import { colorsFor } from './colors.ts';
import { changesInWords } from './format/changes.ts';
import type { Io } from './io.ts';
import { type Outcome, Unusable } from './outcome.ts';
import { readInput } from './read-input.ts';

export interface DiffOptions extends CatalogPolicy {
  readonly format: 'text' | 'json';
  readonly today?: string;
}

/** What an edit means. Of a catalog with errors, what could be read is compared, and that is said. */
export async function diff(before: string, after: string, options: DiffOptions, io: Io): Promise<Outcome> {
  if (before === '-' && after === '-') throw new Unusable('standard input can be read only once');
  const policy = policyOf(options);
  const today = options.today ?? io.today();
  const [old, edited] = [await textOf(before, io), await textOf(after, io)];
  const faults = [...faultOf(before, old, policy, today), ...faultOf(after, edited, policy, today)];
  const changes = difference(snapshot(old, policy), snapshot(edited, policy));
  return {
    exitCode: faults.length === 0 ? 0 : 1,
    stdout:
      options.format === 'json' ? toJson(changes) : changesInWords(changes, colorsFor(io.stdout, io.env)),
    stderr: faults.join(''),
  };
}

const textOf = async (file: string, io: Io): Promise<string> =>
  theCatalog({ file, text: await readInput(file, io) }).text;

function faultOf(file: string, text: string, policy: CatalogPolicy, today: string): string[] {
  const errors = loadCatalog(text, policy, today).problems.filter(
    (problem) => severityOf(problem) === 'error',
  ).length;
  if (errors === 0) return [];
  return [
    `error: ${file} has ${counted(errors, 'error')}; only what could be read of it is compared. To see them: image-config-admission lint ${file}\n`,
  ];
}

const toJson = (changes: readonly Change[]): string => `${JSON.stringify({ changes }, null, 2)}\n`;

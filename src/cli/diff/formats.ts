import { counted, inAList, notShown } from '../../catalog/wording.ts';
import type { Colors } from '../output/colors.ts';
import { type FileFindings, plainFinding, readersInWords, sentence, unspoken } from '../output/findings.ts';
import { printable, toJson } from '../output/terminal-safe.ts';
import { inputName } from '../read-input.ts';
import type { CatalogDifference } from './difference.ts';

/** A catalog with errors. Only the part of it that can be read is compared. */
export interface InvalidSide {
  readonly side: 'old' | 'new';
  readonly file: string;
  readonly errors: number;
}

/** Two catalogs, compared. */
interface ComparedCatalogs {
  readonly changes: readonly CatalogDifference[];
  readonly losses: FileFindings;
  readonly invalid: readonly InvalidSide[];
}

type Renderer = (compared: ComparedCatalogs, colors: Colors) => string;

/** The formats of `diff`. Each row is a choice of `--format`; the first is the default. */
export const diffFormats = {
  text: changesInWords,
  json: ({ changes, losses: { findings, readers = [] }, invalid }) =>
    toJson({ changes, readers, problems: findings.map(plainFinding), invalid }),
} satisfies Readonly<Record<string, Renderer>>;

/** More changes than this are grouped by kind. */
const MANY = 20;

/** The words of each kind, in the order of the sum and of the groups. */
const KINDS: Readonly<Record<CatalogDifference['kind'], string>> = {
  added: 'added',
  removed: 'removed',
  renamed: 'renamed',
  merged: 'merged',
  deprecated: 'deprecated',
  undeprecated: 'no longer deprecated',
  'alias-added': 'aliases added',
  'alias-removed': 'aliases removed',
  'alias-moved': 'aliases moved',
  'url-changed': 'image URLs changed',
  'field-changed': 'other fields changed',
};

/** One line for each change, with a sign that can be searched for, then the sum. Many changes are grouped by kind. */
function changesInWords({ changes, losses, invalid }: ComparedCatalogs, colors: Colors): string {
  if (changes.length === 0 && losses.findings.length === 0)
    return `No difference in meaning${asFarAsRead(invalid)}.\n`;
  const groups = Object.entries(KINDS)
    .map(([kind, words]) => ({ words, list: changes.filter((change) => change.kind === kind) }))
    .filter(({ list }) => list.length > 0);
  const counts = groups.map(({ words, list }) => `${words} ${list.length}`).join(', ');
  const blocks =
    changes.length > MANY
      ? groups.map(({ words, list }) => `${colors.bold(`${words}:`)}\n${lines(list, colors)}`)
      : [lines(changes, colors)];
  return [
    ...blocks,
    `${counted(changes.length, 'change')}: ${counts}\n`,
    ...lossesInWords(losses, invalid, colors),
  ].join('\n');
}

/** The losses of the readers of the old catalog, in the words of `lint --against`. */
function lossesInWords(losses: FileFindings, invalid: readonly InvalidSide[], colors: Colors): string[] {
  const { findings, readers } = losses;
  if (!readers && findings.length === 0) return [];
  const lines = findings.map((finding) =>
    (finding.severity === 'error' ? colors.red : colors.yellow)(
      `! ${finding.severity}: ${sentence(finding)} [${finding.code}]`,
    ),
  );
  const more = unspoken(losses) > 0 ? [notShown(unspoken(losses))] : [];
  const none = findings.length === 0 ? [`Nothing is taken from them${asFarAsRead(invalid)}.`] : [];
  const compared = readers ? [readersInWords(readers)] : [];
  // jobs-api and webservice read the whole catalog or, if one entry is faulty, none of it.
  const faulty = invalid
    .filter(({ side }) => side === 'new')
    .map(
      ({ file }) =>
        `What is wrong in ${nameOf(file)} may take more: a reader that fails at it gets no entry at all.`,
    );
  return [[...compared, ...none, ...lines, ...more, ...faulty].map((line) => `${line}\n`).join('')];
}

const asFarAsRead = (invalid: readonly InvalidSide[]): string =>
  invalid.length === 0 ? '' : ` in what could be read of ${inAList(invalid.map(({ file }) => nameOf(file)))}`;

const nameOf = (file: string): string => printable(inputName(file));

const lines = (changes: readonly CatalogDifference[], colors: Colors): string =>
  changes.map((change) => `${line(change, colors)}\n`).join('');

function line(change: CatalogDifference, colors: Colors): string {
  const words = printable(inWords(change));
  if (change.kind === 'added' || change.kind === 'alias-added') return colors.green(`+ ${words}`);
  if (change.kind === 'removed' || change.kind === 'alias-removed') return colors.red(`- ${words}`);
  return colors.yellow(`~ ${words}`);
}

function inWords(change: CatalogDifference): string {
  const { name } = change;
  switch (change.kind) {
    case 'added':
      return `${name} is added (${change.state || 'without a state'})${aliases(change.aliases)}`;
    case 'removed':
      return (
        `${name} is removed (it was ${change.state || 'without a state'})` +
        (change.aliases.length === 0 ? '' : `; nothing leads on from ${change.aliases.join(', ')}`)
      );
    case 'renamed':
      return `${change.from} is renamed to ${name}; the old name is ${change.keepsAlias ? 'an alias now' : 'gone'}`;
    case 'merged':
      return `${change.from} is merged into ${name}; the old name is ${change.keepsAlias ? 'an alias now' : 'gone'}`;
    case 'deprecated':
      return `${name} is deprecated`;
    case 'undeprecated':
      return `${name} is no longer deprecated; its state is ${change.state || 'missing'}`;
    case 'alias-added':
      return `${name} gets the alias ${change.alias}`;
    case 'alias-removed':
      return `${name} loses the alias ${change.alias}`;
    case 'alias-moved':
      return `the alias ${change.alias} moves from ${change.from} to ${name}`;
    case 'url-changed':
    case 'field-changed':
      return `${name}: ${fieldInWords(change.field, change.from, change.to)}`;
  }
}

const aliases = (list: readonly string[]): string =>
  list.length === 0 ? '' : ` with the aliases ${list.join(', ')}`;

function fieldInWords(field: string, from: string | undefined, to: string | undefined): string {
  if (from === undefined) return `${field} is set to ${to}`;
  return to === undefined
    ? `${field} is no longer set; it was ${from}`
    : `${field} changes from ${from} to ${to}`;
}

import { counted } from '../../catalog/wording.ts';
import type { Gathered } from '../../usage/by-owner.ts';
import { tableRows } from '../output/table.ts';
import { printable } from '../output/terminal-safe.ts';
import type { Seen } from './report.ts';

/** One row of a table for people. */
export interface Row {
  readonly cells: readonly string[];
  /** The end of the row, such as a URL; it moves to a line below when the row is too narrow. */
  readonly rest?: string;
}

/** The width of the output in columns, for a terminal on half of a screen. */
const WIDTH = 100;

/** The maximum width of each column in characters. A name may have 63 characters, but few are as long. */
export const WIDEST = { tool: 24, owner: 34, containers: 16 };

/** One text for each row, of one or more lines. */
export function aligned(rows: readonly Row[], widest: readonly number[] = []): string[] {
  const shown = tableRows(
    rows.map(({ cells }) => cells),
    widest,
  );
  return rows.map(({ rest = '' }, index) => withRest(shown[index] ?? '', rest));
}

function withRest(line: string, rest: string): string {
  if (rest === '') return line;
  const end = line.slice(line.lastIndexOf('\n') + 1);
  return `${end}  ${rest}`.length <= WIDTH ? `${line}  ${rest}` : `${line}\n      ${rest}`;
}

export const textOfLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Joins texts with an empty line between; empty texts are left out. */
export const blocksOf = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n');

/** The longest cell in characters. Users write the content of some cells, at any length. */
const LONGEST = 200;

export function cell(text: string): string {
  const shown = printable(text);
  return shown.length <= LONGEST ? shown : `${shown.slice(0, LONGEST - 1)}…`;
}

export const ownerCell = ({ owner }: Gathered<unknown>): string => cell(`${owner.kind}/${owner.name}`);

export const containersCell = ({ containers }: Gathered<unknown>): string => cell(containers.join(', '));

/** A canonical name, and how Pods request it: by short names, or by URL. */
export function nameCell({ fact: { name }, askedBy }: Gathered<Named>): string {
  if (name === undefined) return '';
  const shortNames = askedBy.filter((asked) => !asked.includes('/'));
  const ways = [
    ...(shortNames.some((asked) => asked !== name) ? [`as ${shortNames.join(', ')}`] : []),
    ...(shortNames.length < askedBy.length ? ['by URL'] : []),
  ];
  return cell([name, ways.join(' and ')].join(' ').trimEnd());
}

interface Named {
  readonly name: string | undefined;
}

export const imagesCell = ({ images }: Gathered<unknown>): string => cell(images.join(', '));

/** Groups of items with the same key, in the order in which the keys first occur. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, ...Item[]][] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

export function ownersInWords(rows: readonly Gathered<unknown>[]): string {
  const workloads = new Set(rows.map(({ owner }) => owner));
  const tools = new Set(rows.map(({ owner }) => owner.namespace));
  return `${counted(workloads.size, 'workload')} of ${counted(tools.size, 'tool')}`;
}

export function seenInWords({ namespace, tools, pods, templates, catalog }: Seen): string {
  const owners = namespace ?? counted(tools, 'tool');
  return `Audited ${counted(pods, 'Pod')} and ${counted(templates, 'template')} of ${owners} against ${printable(catalog.from)}.`;
}

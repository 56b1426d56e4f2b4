import type { Gathered } from '../../usage/by-owner.ts';
import { printable } from '../output/printable.ts';
import { table } from '../output/table.ts';

/** One row of a table for people. */
export interface Row {
  readonly cells: readonly string[];
  /** What ends the row, and comes below it where it does not fit: a URL. */
  readonly rest?: string;
}

/** Columns of a terminal that shares its screen with another. */
const WIDTH = 100;

/** Widest cells that a column makes room for: a name may have 63 characters, and few have. */
export const WIDEST = { tool: 24, owner: 34, containers: 16 };

/** One text for each row. */
export function aligned(rows: readonly Row[], widest: readonly number[] = []): string[] {
  const lines = table(
    rows.map(({ cells }) => cells),
    widest,
  ).split('\n');
  return rows.map(({ rest = '' }, index) => withRest(lines[index] ?? '', rest));
}

function withRest(line: string, rest: string): string {
  if (rest === '') return line;
  const whole = `${line}  ${rest}`;
  return whole.length <= WIDTH ? whole : `${line}\n      ${rest}`;
}

export const textOfLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** With an empty line between; of what is empty nothing is seen. */
export const blocksOf = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n');

/** Users write some of it, at any length. */
const LONGEST = 200;

export function cell(text: string): string {
  const shown = printable(text);
  return shown.length <= LONGEST ? shown : `${shown.slice(0, LONGEST - 1)}…`;
}

export const ownerCell = ({ owner }: Gathered<unknown>): string => cell(`${owner.kind}/${owner.name}`);

export const containersCell = ({ containers }: Gathered<unknown>): string => cell(containers.join(', '));

/** A canonical name, and by what it is asked for. */
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

/** In the order in which the keys first come. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, ...Item[]][] {
  const groups = new Map<string, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

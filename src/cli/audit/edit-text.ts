import { counted } from '../../catalog/wording.ts';
import { effectKinds } from '../../usage/effects.ts';
import type { Colors } from '../output/colors.ts';
import { toText } from '../output/findings-text.ts';
import type { AffectedRow, EditReport } from './report.ts';
import {
  aligned,
  blocksOf,
  cell,
  containersCell,
  groupBy,
  imagesCell,
  nameCell,
  ownerCell,
  type Row,
  textOfLines,
  WIDEST,
} from './rows.ts';
import { editInWords } from './words.ts';

/** For people: the problems as `lint` shows them, then whom the same happens to, then the sums. */
export function editAsText(report: EditReport, colors: Colors): string {
  const { findings } = report.edit;
  return blocksOf([
    findings.findings.length > 0 ? toText([findings], colors) : '',
    ...effectByEffect(report.affected ?? [], colors),
    textOfLines(editInWords(report)),
  ]);
}

/** A table for each effect, the weightiest first: an edit does the same to many. */
const effectByEffect = (rows: readonly AffectedRow[], { bold }: Colors): string[] =>
  groupBy(rows, ({ fact }) => fact.effect.words)
    .sort((one, other) => weightOf(one) - weightOf(other))
    .map((its) =>
      textOfLines([
        bold(cell(its[0].fact.effect.words)),
        ...aligned(its.map(affectedRow), [WIDEST.tool, WIDEST.owner, WIDEST.containers]),
      ]),
    );

const weightOf = ([{ fact }]: readonly [AffectedRow, ...AffectedRow[]]): number =>
  effectKinds.indexOf(fact.effect.kind);

const affectedRow = (row: AffectedRow): Row => ({
  cells: [
    `  ${cell(row.owner.namespace)}`,
    ownerCell(row),
    containersCell(row),
    counted(row.pods, 'Pod'),
    nameCell(row),
  ],
  rest: row.fact.name === undefined ? imagesCell(row) : '',
});

import { annotateCommand } from '../../admission/refusal.ts';
import { ACKNOWLEDGE } from '../../catalog/public-names.ts';
import { counted, countedProblems } from '../../catalog/wording.ts';
import { effectKinds } from '../../usage/effects.ts';
import type { Colors } from '../output/colors.ts';
import { findingsAsText } from '../output/findings-text.ts';
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
  ownersInWords,
  type Row,
  seenInWords,
  textOfLines,
  WIDEST,
} from './rows.ts';

/** The edit report for people: the problems as `lint` shows them, then the workloads by effect, then the sums. */
export const editAsText = (report: EditReport, colors: Colors): string =>
  blocksOf([
    problemsAsText(report, colors),
    ...effectByEffect(report.affected ?? [], colors),
    textOfLines(editInWords(report)),
  ]);

/** Empty without problems. */
export const problemsAsText = ({ edit: { findings } }: EditReport, colors: Colors): string =>
  findings.findings.length > 0 ? findingsAsText([findings], colors) : '';

/** A table for each effect, the most severe first: an edit has the same effect on many workloads. */
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

/** The verdict and the sums, one on each line. */
export function editInWords(report: EditReport): string[] {
  const { affected, edit, seen } = report;
  const effect =
    affected === undefined
      ? 'Affected workloads are not listed: the new catalog has errors of its own.'
      : affected.length === 0
        ? 'Nothing that is in use changes.'
        : `It would affect ${ownersInWords(affected)}.`;
  const acknowledge =
    edit.acknowledgement === undefined
      ? []
      : [
          `If all of this is meant, acknowledge it first: ${annotateCommand(ACKNOWLEDGE, edit.acknowledgement)}`,
        ];
  return [verdictInWords(report), ...acknowledge, effect, seenInWords(seen)];
}

function verdictInWords({ edit, seen: { namespace } }: EditReport): string {
  const problems = countedProblems(edit.findings);
  switch (edit.verdict) {
    case 'refused':
      return `This edit would be refused: ${problems}.`;
    case 'accepted-by-break-glass':
      return `This edit would be accepted by break-glass, with ${problems}.`;
    case 'undecided':
      return `No workload of ${namespace} prevents this edit; other tools were not audited.`;
    case 'accepted':
      return `This edit would be accepted${problems === '' ? '' : `, with ${problems}`}.`;
  }
}

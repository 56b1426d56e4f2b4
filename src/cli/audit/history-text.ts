import { counted } from '../../catalog/wording.ts';
import { lineAt } from '../../history/at.ts';
import { addDays } from '../../history/day.ts';
import type { HistoryLine } from '../../history/line.ts';
import { faultsInWords } from '../../history/read.ts';
import type { Colors } from '../output/colors.ts';
import { printable } from '../output/terminal-safe.ts';
import type { HistoryReport } from './history-report.ts';
import { aligned, blocksOf, textOfLines } from './rows.ts';

/** The history for people: name by name now, a week ago and a month ago, then how far the history reaches. */
export const historyAsText = (report: HistoryReport, colors: Colors): string =>
  blocksOf([nameByName(report, colors), textOfLines(historyInWords(report))]);

export function historyInWords({ configMap, history }: HistoryReport): string[] {
  const days = [...new Set(history.lines.map(({ day }) => day))];
  const reach =
    days.length === 0
      ? `${printable(configMap)} has no line yet.`
      : `${counted(days.length, 'recorded day')} from ${days[0]} to ${days.at(-1)} in ${printable(configMap)}.`;
  return [reach, ...faultsInWords(history.faults)];
}

function nameByName({ history: { lines }, today }: HistoryReport, { bold }: Colors): string {
  const newest = lines.at(-1);
  if (!newest) return '';
  const [week, month] = [7, 30].map((days) => lineAt(lines, addDays(today, -days)));
  const names = new Set([newest, week, month].flatMap((line) => [...(line?.images.keys() ?? [])]));
  const rows = [...names]
    .sort((one, other) => workloadsIn(newest, other) - workloadsIn(newest, one) || (one < other ? -1 : 1))
    .map((name) => [
      name,
      ...[newest, week, month].map((line) => (line ? String(workloadsIn(line, name)) : '-')),
      String(newest.images.get(name)?.tools ?? 0),
    ]);
  const header = ['NAME', `WORKLOADS ON ${newest.day}`, '7 DAYS AGO', '30 DAYS AGO', 'TOOLS'];
  const [head = '', ...body] = aligned([header, ...rows].map((cells) => ({ cells })));
  return textOfLines([bold(head), ...body]);
}

const workloadsIn = ({ images }: HistoryLine, name: string): number => images.get(name)?.workloads ?? 0;

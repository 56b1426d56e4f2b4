import { type ComponentChildren, h, type VNode } from 'preact';
import type { HistoryLine } from '../../history/line.ts';
import type { SiteImage, SiteModel } from '../model.ts';
import { dataTable } from './parts.ts';
import { usePlot } from './plot.ts';

/** Whether any use of an image was recorded. */
export const hasHistory = ({ entry: { name } }: SiteImage, { runs }: SiteModel): boolean =>
  runs.some((run) => run.some(({ images }) => images.has(name)));

/** A plot of the use of an image with a history, with a caption and the numbers as a table. */
export function useOverTime(
  { entry: { name }, deprecation }: SiteImage,
  { runs, today }: SiteModel,
  caption: ComponentChildren,
): VNode {
  return h(
    'figure',
    null,
    h('figcaption', null, caption),
    usePlot({ name, runs, today, removal: deprecation?.removal }),
    h('details', null, h('summary', null, `Numbers of ${name}`), table(name, runs.flat())),
  );
}

/** The number of rows: a year of months, and the newest day. */
const MOST_ROWS = 13;

/** The newest line and the first one of each month, the newest first. */
function table(name: string, lines: readonly HistoryLine[]): VNode {
  const monthOf = ({ day }: HistoryLine): string => day.slice(0, 7);
  const rows = lines
    .filter((line, index) => {
      const before = lines[index - 1];
      return !before || monthOf(before) !== monthOf(line) || index === lines.length - 1;
    })
    .toReversed()
    .slice(0, MOST_ROWS);
  const countOf = ({ images }: HistoryLine, what: 'tools' | 'workloads'): number =>
    images.get(name)?.[what] ?? 0;
  return dataTable(
    `Use of ${name} by month`,
    [
      { name: 'Day', cell: ({ day }) => day },
      { name: 'Workloads', cell: (line) => countOf(line, 'workloads') },
      { name: 'Tools', cell: (line) => countOf(line, 'tools') },
    ],
    rows,
  );
}

/** For pages without a plot. */
export const notRecorded = ({ runs }: SiteModel): VNode =>
  h('p', null, runs.length === 0 ? 'There is no history of use.' : 'No use of it was recorded.');

import { scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import { type ComponentChildren, h, type VNode } from 'preact';
import { counted } from '../../catalog/wording.ts';
import { addDays, daysBetween } from '../../history/day.ts';
import type { HistoryLine, UseCount } from '../../history/line.ts';

export interface UsePlotFacts {
  readonly name: string;
  /** At least one run, of at least one line. */
  readonly runs: readonly (readonly HistoryLine[])[];
  readonly today: string;
  /** The removal date of the image. */
  readonly removal?: string | null | undefined;
}

type Run = readonly (UseCount & { readonly day: string })[];

/** In units of the view box, which a phone shows pixel for pixel. */
const [WIDTH, HEIGHT] = [320, 168];
const [LEFT, RIGHT, TOP, BOTTOM] = [32, 300, 36, 146];

/** A removal date later than this many days from today is named, and not drawn: the past would have no room. */
const FORESEEN = 366;

/** Days of the shortest axis. */
const SHORTEST = 7;

/** Points of a line, one for each five units of its width. Twice as many would make a page of thirty plots twice as large. */
const MOST_POINTS = 60;

/**
 * How many workloads and tools used an image over time, with its removal date as a vertical line. Gaps are left open. Colours
 * come from the style sheet, since the Content-Security-Policy allows no style in a page.
 */
export function usePlot(facts: UsePlotFacts): VNode {
  const runs = facts.runs.map((run) =>
    run.map(({ day, images }) => ({ day, ...(images.get(facts.name) ?? NONE) })),
  );
  const [first, last] = [runs[0]?.[0], runs.at(-1)?.at(-1)];
  if (!first || !last) throw new Error(`a plot of ${facts.name} needs at least one day`);
  const { name, today, removal } = facts;
  const end = [last.day, today, ...(isForeseen(removal, facts) ? [removal] : [])].sort().at(-1) ?? today;
  // One day has no width, and a few have no round days for the axis.
  const start = [first.day, addDays(end, -SHORTEST)].sort()[0] ?? first.day;
  const x = scaleUtc([new Date(start), new Date(end)], [LEFT, RIGHT]);
  const most = Math.max(1, ...runs.flat().map(({ workloads }) => workloads));
  const y = scaleLinear([0, most], [BOTTOM, TOP]).nice(3);
  const [title, description] = [`plot-${name}-title`, `plot-${name}-description`];
  return h(
    'svg',
    {
      class: 'plot',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-labelledby': `${title} ${description}`,
    },
    h('title', { id: title }, `Use of ${name} from ${first.day} to ${last.day}`),
    h('desc', { id: description }, inWords(runs, facts)),
    y
      .ticks(3)
      .filter(Number.isInteger)
      .map((value) => horizontal(value, y(value))),
    x.ticks(3).map((date) => dayLabel(date, x(date))),
    isForeseen(removal, facts) && removalLine(removal, x(new Date(removal))),
    (['workloads', 'tools'] as const).map((what, place) => [
      curve(runs, what, (day) => x(new Date(day)), y),
      key(what, place),
    ]),
  );
}

const NONE: UseCount = { tools: 0, workloads: 0 };

function isForeseen(removal: string | null | undefined, { runs, today }: UsePlotFacts): removal is string {
  const first = runs[0]?.[0]?.day;
  return !!removal && first !== undefined && removal >= first && daysBetween(today, removal) <= FORESEEN;
}

const horizontal = (value: number, at: number): ComponentChildren =>
  h('g', { class: 'grid' }, [
    h('line', { x1: LEFT, x2: RIGHT, y1: at, y2: at }),
    h('text', { x: LEFT - 4, y: at + 4, 'text-anchor': 'end' }, value),
  ]);

/** `2026-11` for the first day of a month, `11-30` for another day. */
function dayLabel(date: Date, at: number): ComponentChildren {
  const day = date.toISOString().slice(0, 10);
  const text = day.endsWith('-01') ? day.slice(0, 7) : day.slice(5);
  return h('text', { x: rounded(at), y: BOTTOM + 16, 'text-anchor': 'middle' }, text);
}

function removalLine(removal: string, at: number): ComponentChildren {
  const x = rounded(at);
  return h('g', { class: 'removal' }, [
    h('line', { x1: x, x2: x, y1: TOP, y2: BOTTOM }),
    h(
      'text',
      { x: x < WIDTH / 2 ? x + 4 : x - 4, y: TOP - 6, 'text-anchor': x < WIDTH / 2 ? 'start' : 'end' },
      `removal ${removal}`,
    ),
  ]);
}

/** A path for each run, and a dot for each run of one day, of which a path would show nothing. */
function curve(
  runs: readonly Run[],
  what: keyof UseCount,
  x: (day: string) => number,
  y: (value: number) => number,
): ComponentChildren {
  const path = line<Run[number]>(
    ({ day }) => x(day),
    (point) => y(point[what]),
  ).digits(1);
  const step = Math.ceil(runs.flat().length / MOST_POINTS);
  const several = runs
    .filter(({ length }) => length > 1)
    .map((run) => path(withoutFlat(sampled(run, step), what)) ?? '');
  const dots = runs.flatMap((run) => (run.length === 1 ? run : []));
  return h('g', { class: what }, [
    several.length > 0 && h('path', { d: several.join('') }),
    dots.map((point) => h('circle', { cx: rounded(x(point.day)), cy: rounded(y(point[what])), r: 2 })),
  ]);
}

/** The first, the last and each `step`th point between them. */
const sampled = (run: Run, step: number): Run =>
  run.filter((_, index) => index % step === 0 || index === run.length - 1);

/** Without the points inside a horizontal stretch, which change nothing. */
const withoutFlat = (run: Run, what: keyof UseCount): Run =>
  run.filter(
    (point, index) => run[index - 1]?.[what] !== point[what] || run[index + 1]?.[what] !== point[what],
  );

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The entry of a line in the key, in this place of the row. */
const key = (what: keyof UseCount, place: number): ComponentChildren =>
  h('g', { class: what }, [
    h('path', { d: `M${LEFT + 96 * place},8h20` }),
    h('text', { x: LEFT + 96 * place + 26, y: 12 }, what),
  ]);

/** The number of gaps that a description names. */
const MOST_GAPS = 3;

function inWords(runs: readonly Run[], { removal }: UsePlotFacts): string {
  const ends = [runs[0]?.[0], runs.at(-1)?.at(-1)].filter((point) => point !== undefined);
  const gaps = runs.slice(1).flatMap((run, index) => {
    const [before, after] = [runs[index]?.at(-1), run[0]];
    return before && after ? [`from ${addDays(before.day, 1)} to ${addDays(after.day, -1)}`] : [];
  });
  const more = gaps.length > MOST_GAPS ? [`and ${counted(gaps.length - MOST_GAPS, 'more time')}`] : [];
  return [
    ...ends.map(
      ({ day, tools, workloads }) =>
        `${day}: ${counted(workloads, 'workload')} of ${counted(tools, 'tool')}.`,
    ),
    ...(removal ? [`Removal on ${removal}.`] : []),
    ...(gaps.length > 0 ? [`Not recorded ${[...gaps.slice(0, MOST_GAPS), ...more].join(', ')}.`] : []),
  ].join(' ');
}

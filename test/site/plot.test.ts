import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { addDays } from '../../src/history/day.ts';
import type { HistoryLine } from '../../src/history/line.ts';
import { runsOf } from '../../src/history/runs.ts';
import { type UsePlotFacts, usePlot } from '../../src/site/pages/plot.ts';
import { plotStyle } from '../../src/site/style-sheet.ts';
import { daysFrom, lineOf } from '../support/history.ts';

const TODAY = '2026-11-30';

/** 120 days in which an image loses its users, a few on most days and some again. */
const campaign = daysFrom(addDays(TODAY, -119), 120).map((day, index) => {
  const tools = Math.max(0, Math.round(21 - index / 6 + Math.sin(index / 5)));
  return lineOf(day, tools > 0 ? { 'python3.7': [tools, tools + Math.floor(tools / 2)] } : {});
});
/** The campaign without the days of these places. */
const without = (...gaps: readonly (readonly [from: number, to: number])[]): HistoryLine[] =>
  campaign.filter((_, index) => !gaps.some(([from, to]) => index >= from && index <= to));

const plot = (lines: readonly HistoryLine[], facts: Partial<UsePlotFacts> = {}): string =>
  renderToString(usePlot({ name: 'python3.7', today: TODAY, runs: runsOf(lines), ...facts }));

/** The plot as a file that a browser shows. */
const standalone = (svg: string): string =>
  svg
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace('</title>', `</title><style>${plotStyle}</style>`)
    .replaceAll(/(?=<(?:g|path|line|text|desc|style|circle)[ >])/g, '\n')
    .concat('\n');

const pathsOf = (svg: string, what: 'workloads' | 'tools'): string[] =>
  [...(new RegExp(`<g class="${what}"><path d="([^"]*)"`).exec(svg)?.[1] ?? '').matchAll(/M[^M]*/g)].map(
    String,
  );

describe('a plot of use', () => {
  it.each<[file: string, HistoryLine[], Partial<UsePlotFacts>]>([
    ['campaign', campaign, { removal: '2027-03-01' }],
    ['gaps', without([60, 74], [30, 30]), { removal: '2026-12-05' }],
    ['removed', campaign, { removal: '2026-10-15' }],
    ['single-days', campaign.filter((_, index) => index % 20 === 0), {}],
    ['one-day', campaign.slice(-1), {}],
    ['no-use', campaign.map(({ day }) => lineOf(day, {})), {}],
    [
      'years',
      daysFrom('2023-01-02', 1_400)
        .filter((_, index) => index % 7 === 0 || index > 1_034)
        .map((day, index) => lineOf(day, { 'python3.7': [600 - index, 1_200 - 2 * index] })),
      { removal: '2027-06-01' },
    ],
  ])('is drawn as in test/site/plots/%s.svg', async (file, lines, facts) => {
    await expect(standalone(plot(lines, facts))).toMatchFileSnapshot(`plots/${file}.svg`);
  });

  it('has a title, and a description with both ends, the removal and the gaps', () => {
    const svg = plot(without([30, 31]), { removal: '2027-03-01' });
    expect(svg).toContain('role="img" aria-labelledby="plot-python3.7-title plot-python3.7-description"');
    expect(svg).toContain(
      '<title id="plot-python3.7-title">Use of python3.7 from 2026-08-03 to 2026-11-30</title>',
    );
    expect(svg).toContain(
      '<desc id="plot-python3.7-description">2026-08-03: 31 workloads of 21 tools. ' +
        '2026-11-30: 0 workloads of 0 tools. Removal on 2027-03-01. Not recorded from 2026-09-02 to 2026-09-03.</desc>',
    );
  });

  it('leaves gaps open, and shows a day between two gaps as a dot', () => {
    const svg = plot(without([30, 39], [41, 45]));
    expect(pathsOf(svg, 'workloads')).toHaveLength(2);
    expect(pathsOf(svg, 'tools')).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(2);
  });

  it('draws a removal date within a year, also one that has passed, and only names a later one', () => {
    expect(plot(campaign, { removal: '2027-03-01' })).toContain('class="removal"');
    expect(plot(campaign, { removal: '2026-10-01' })).toContain('class="removal"');
    for (const removal of ['2029-01-01', '2020-01-01', '9999-12-31']) {
      const svg = plot(campaign, { removal });
      expect(svg).not.toContain('class="removal"');
      expect(svg).toContain(`Removal on ${removal}.`);
    }
  });

  it('names three gaps and counts the others', () => {
    const days = campaign.filter((_, index) => index % 20 === 0);
    expect(plot(days)).toContain('from 2026-09-13 to 2026-10-01, and 2 more times.');
  });

  it('has no style and no colour of its own, since the Content-Security-Policy allows none', () => {
    expect(plot(campaign, { removal: '2027-03-01' })).not.toMatch(/style|fill|stroke|#|url\(/);
  });

  it('stays small for five years of changing numbers', () => {
    const lines = daysFrom('2022-01-01', 1_800).map((day, index) =>
      lineOf(day, { 'python3.7': [1 + (index % 7), 10 + (index % 13)] }),
    );
    expect(plot(lines).length).toBeLessThan(6_000);
  });

  it('has only finite coordinates for any day and number', () => {
    const lines = [lineOf('0001-01-01'), lineOf(TODAY, { 'python3.7': [1, Number.MAX_SAFE_INTEGER] })];
    expect(plot(lines)).not.toMatch(/NaN|Infinity/);
  });
});

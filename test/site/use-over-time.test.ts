import { describe, expect, it } from 'vitest';
import { addDays } from '../../src/history/day.ts';
import type { HistoryLine } from '../../src/history/line.ts';
import type { SiteInput } from '../../src/site/model.ts';
import { useNotKnown } from '../../src/site/use.ts';
import { lookupOf } from '../support/catalog.ts';
import { daysFrom, lineOf } from '../support/history.ts';
import { getSite, siteInput, someUse } from '../support/site.ts';

/** python3.7 falls from 63 workloads to 4, and python3.11 has 7. */
const history = daysFrom('2026-08-03', 120).map((day, index) =>
  lineOf(day, { 'python3.7': [2, 63 - Math.floor(index / 2)], 'python3.11': [1, 7] }),
);

const withHistory = (lines: readonly HistoryLine[], use = someUse): SiteInput => ({
  ...siteInput(use),
  history: lines,
});

const htmlOf = (target: string, input: SiteInput): string => getSite(target, { input }).body;
const textOf = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const goneIn = (input: SiteInput): string | undefined =>
  /Workloads gone in 7 days (.*?) /.exec(textOf(htmlOf('/deprecations', input)))?.[1];

describe('the page /deprecations', () => {
  it('has a plot for each deprecated image with a history, with its removal date', () => {
    const html = htmlOf('/deprecations', withHistory(history));
    expect(html.match(/<svg /g)).toHaveLength(1);
    expect(html).toContain(
      '<title id="plot-python3.7-title">Use of python3.7 from 2026-08-03 to 2026-11-30</title>',
    );
    expect(html).toContain('removal 2027-03-01</text>');
    expect(html).toContain('<figcaption><a href="./images/python3.7">python3.7</a></figcaption>');
  });

  it('has the numbers of a plot as a table: the newest day, and the first one of each month', () => {
    const html = htmlOf('/deprecations', withHistory(history));
    const [, table = ''] = /<details>(.*?)<\/details>/s.exec(html) ?? [];
    expect(textOf(table)).toBe(
      ' Numbers of python3.7 Use of python3.7 by month Day Workloads Tools ' +
        '2026-11-30 4 2 2026-11-01 18 2 2026-10-01 34 2 2026-09-01 49 2 2026-08-03 63 2 ',
    );
  });

  it.each<[string, SiteInput]>([
    ['none is kept', siteInput(someUse)],
    ['it has no line yet', withHistory([])],
  ])('says that there is no history when %s', (_, input) => {
    const html = htmlOf('/deprecations', input);
    expect(textOf(html)).toContain('There is no history of use.');
    expect(html).not.toContain('<svg');
  });

  it('has at most 30 plots, and counts the others', () => {
    const names = Array.from({ length: 33 }, (_, index) => `image-${index}`);
    const input = {
      ...siteInput(
        useNotKnown,
        lookupOf(Object.fromEntries(names.map((name) => [name, { state: 'deprecated' }]))),
      ),
      history: [lineOf('2026-11-29', Object.fromEntries(names.map((name) => [name, [1, 1]])))],
    };
    const html = htmlOf('/deprecations', input);
    expect(html.match(/<svg /g)).toHaveLength(30);
    expect(textOf(html)).toContain('3 more images with a history: see their pages.');
  });
});

describe('the tile of workloads that are gone', () => {
  const weekAgo = addDays('2026-11-30', -7);

  it('compares the use now with that of a week ago', () => {
    // 3 workloads run now.
    expect(goneIn(withHistory([lineOf(weekAgo, { 'python3.7': [2, 8] })]))).toBe('5');
  });

  it('takes the nearest line of the seven days before, if the day itself is a gap', () => {
    const lines = [lineOf(addDays(weekAgo, -3), { 'python3.7': [2, 9] }), lineOf('2026-11-30')];
    expect(goneIn(withHistory(lines))).toBe('6');
  });

  it('counts no image whose use has grown, and no image that is not deprecated', () => {
    expect(goneIn(withHistory([lineOf(weekAgo, { 'python3.7': [1, 1], 'python3.11': [9, 99] })]))).toBe('0');
  });

  it.each<[string, SiteInput]>([
    ['the use now is not known', withHistory([lineOf(weekAgo)], useNotKnown)],
    ['there is no history', siteInput(someUse)],
    ['the history is younger than a week', withHistory([lineOf('2026-11-29')])],
    ['the history has a gap of two weeks', withHistory([lineOf(addDays(weekAgo, -8)), lineOf('2026-11-30')])],
  ])('is not known when %s', (_, input) => {
    expect(textOf(htmlOf('/deprecations', input))).toContain('Workloads gone in 7 days not known');
  });
});

describe('the page of an image', () => {
  it('has its plot, also of an image that is not deprecated', () => {
    const html = htmlOf('/images/python3.11', withHistory(history));
    expect(html).toContain('Use of python3.11 from 2026-08-03 to 2026-11-30</title>');
    expect(html).not.toContain('class="removal"');
  });

  it('says when no use of it was recorded, and when there is no history', () => {
    expect(textOf(htmlOf('/images/node12', withHistory(history)))).toContain('No use of it was recorded.');
    expect(textOf(htmlOf('/images/node12', siteInput()))).toContain('There is no history of use.');
  });
});

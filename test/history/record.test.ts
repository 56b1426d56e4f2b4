import { describe, expect, it } from 'vitest';
import { addDays, weekNumber } from '../../src/history/day.ts';
import { readHistory } from '../../src/history/read.ts';
import { DAILY_DAYS, MAX_HISTORY_BYTES, recordLine } from '../../src/history/record.ts';
import { daysFrom, digestNumber, historyText, lineOf, recorded } from '../support/history.ts';

const LATER = '2099-01-01';
const daysIn = (text: string): string[] => readHistory(text, LATER).lines.map(({ day }) => day);

/** A line of about 5 KiB. */
const large = (day: string) =>
  lineOf(day, Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`image-${index}`, [1, 1]])));

describe('recording', () => {
  it('appends a line for each new day, and for each new digest of a day', () => {
    const lines = [
      lineOf('2026-11-29'),
      lineOf('2026-11-30'),
      lineOf('2026-11-30', {}, digestNumber(2)),
      lineOf('2026-12-01', {}, digestNumber(2)),
    ];
    expect(lines.reduce(recordLine, '')).toBe(historyText(lines));
  });

  it('leaves the text as it is when the day and digest have a line, whatever its counts are', () => {
    const text = historyText([lineOf('2026-11-29'), lineOf('2026-11-30')]);
    expect(recordLine(text, lineOf('2026-11-29', { node12: [9, 9] }))).toBe(text);
  });

  it('keeps unreadable lines, and ends an unfinished one', () => {
    const line = lineOf('2026-11-30');
    expect(recordLine('no line\n \n{"day":', line)).toBe(`no line\n{"day":\n${historyText([line])}`);
  });

  it('leaves out a line that is larger than a whole history', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `${'a'.repeat(50)}${index}`);
    const huge = lineOf('2026-11-30', Object.fromEntries(names.map((name) => [name, [1, 1]])));
    const text = recorded([lineOf('2026-11-29')]);
    expect(recordLine(text, huge)).toBe(text);
  });
});

describe('thinning', () => {
  it('keeps a year of days, and the first recorded day of each earlier week', () => {
    // 2024-01-01 is a Monday.
    const days = daysFrom('2024-01-01', 366 + 70);
    const kept = daysIn(recorded(days.map((day) => lineOf(day))));
    const firstDaily = days[70] as string;
    expect(kept.filter((day) => day >= firstDaily)).toEqual(days.slice(70));
    expect(kept.slice(0, 10)).toEqual(days.filter((_, index) => index < 70 && index % 7 === 0));
  });

  it('thins no week of which a day is among the newest', () => {
    const days = daysFrom('2024-01-01', 366 + 3);
    expect(daysIn(recorded(days.map((day) => lineOf(day))))).toEqual(days);
  });

  it('counts recorded days, so one line of a clock that is years ahead thins nothing', () => {
    const days = daysFrom('2026-01-01', 200);
    const text = recorded([...days, '2036-01-01'].map((day) => lineOf(day)));
    expect(daysIn(text)).toEqual([...days, '2036-01-01']);
  });

  it('leaves one line in a thinned week, also of a day with two digests', () => {
    const twice = daysFrom('2024-01-01', 400).flatMap((day) => [
      lineOf(day),
      lineOf(day, {}, digestNumber(2)),
    ]);
    const { lines } = readHistory(recorded(twice), LATER);
    expect(lines.slice(0, 4).map(({ day }) => day)).toEqual([
      '2024-01-01',
      '2024-01-08',
      '2024-01-15',
      '2024-01-22',
    ]);
    expect(lines.filter(({ day }) => day >= '2024-02-05')).toHaveLength(2 * DAILY_DAYS - 2);
  });
});

describe('the size', () => {
  it('stays within the limit: unreadable lines go first', () => {
    const lines = daysFrom('2026-11-01', 20).map((day) => lineOf(day));
    const junk = `${'x'.repeat(MAX_HISTORY_BYTES - 2_000)}\n`;
    const text = recorded(lines, junk);
    expect(text).toBe(historyText(lines));
  });

  it('stays within the limit: weeks are thinned earlier than after a year', () => {
    const days = daysFrom('2024-01-01', 300);
    const text = recorded(days.map(large));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_HISTORY_BYTES);
    const kept = daysIn(text);
    expect(new Set(kept.map(weekNumber))).toEqual(new Set(days.map(weekNumber)));
    expect(kept.slice(-50)).toEqual(days.slice(-50));
  });

  it('stays within the limit: of a history of weeks the oldest go', () => {
    const days = Array.from(
      { length: 150 },
      (_, index) => daysFrom('2024-01-01', 7 * 150)[7 * index] as string,
    );
    const text = recorded(days.map(large));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_HISTORY_BYTES);
    const kept = daysIn(text);
    expect(kept.length).toBeGreaterThan(90);
    expect(kept).toEqual(days.slice(-kept.length));
  });

  it('holds a year of a catalog like that of Toolforge, with more than a hundred days of it daily', () => {
    const names = Array.from({ length: 41 }, (_, index) => `python3.${index}`);
    const counts = Object.fromEntries(names.map((name) => [name, [123, 456] as const]));
    const days = daysFrom('2025-01-01', 365);
    const kept = daysIn(recorded(days.map((day) => lineOf(day, counts))));
    expect(new Set(kept.map(weekNumber)).size).toBe(new Set(days.map(weekNumber)).size);
    expect(kept.slice(-100)).toEqual(days.slice(-100));
  });
});

describe('a hostile text of 1 MiB', () => {
  it.each([
    ['of 350,000 empty objects', '{}\n'.repeat(350_000)],
    [
      'of 9,000 catalogs of one day',
      historyText(Array.from({ length: 9_000 }, (_, index) => lineOf('2026-11-30', {}, digestNumber(index)))),
    ],
    [
      'of 170 years of weeks',
      historyText(
        daysFrom('1850-01-01', 9_000).map((_, index) => lineOf(addDays('1850-01-01', 7 * index), {})),
      ),
    ],
  ])('%s is cut to the limit, and the new line is in it', (_, text) => {
    const after = recordLine(text, lineOf('2099-01-01'));
    expect(Buffer.byteLength(after)).toBeLessThanOrEqual(MAX_HISTORY_BYTES);
    expect(daysIn(after)).toContain('2099-01-01');
  });
});

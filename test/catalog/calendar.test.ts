import { describe, expect, it } from 'vitest';
import { hasPassed, isCalendarDate } from '../../src/catalog/calendar.ts';

describe('a calendar date', () => {
  it.each(['2026-11-22', '2028-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('is %s', (text) => {
    expect(isCalendarDate(text)).toBe(true);
  });

  it.each([
    '2027-02-29',
    '1900-02-29',
    '2027-04-31',
    '2027-00-01',
    '2027-13-01',
    '2027-01-00',
    '2027-1-1',
    '20270101',
    '+002027-01-01',
    '2027-01-01 ',
    '2027-01-01\n',
    '２０２７-01-01',
    '',
  ])('is not %j', (text) => {
    expect(isCalendarDate(text)).toBe(false);
  });
});

describe('a day', () => {
  it.each([
    ['2026-11-21', true],
    ['2026-11-22', false],
    ['2026-11-23', false],
    ['2025-12-31', true],
    ['2027-01-01', false],
  ])('%s, seen on 2026-11-22, has passed: %s', (day, passed) => {
    expect(hasPassed(day, '2026-11-22')).toBe(passed);
  });
});

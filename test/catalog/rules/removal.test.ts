import { describe, expect, it } from 'vitest';
import { catalogOf, deprecatedEntry, findingsOf, problemsOf } from '../../support/problems.ts';

const removedOn = (date: string) => catalogOf(deprecatedEntry('node12', `deprecation: {removal: ${date}}`));

describe('unknown-value of a removal', () => {
  it('rejects a text that is no date', () => {
    expect(problemsOf(removedOn('"2027-02-29"'))).toEqual([
      {
        code: 'unknown-value',
        severity: 'error',
        line: 1,
        column: 33,
        field: 'node12.deprecation.removal',
        message: '"2027-02-29" is not allowed here',
        remedy: 'write a real date as YYYY-MM-DD',
      },
    ]);
  });

  it.each([
    '2027-2-1',
    '27-02-01',
    '2027-13-01',
    '2027-00-10',
    '2027-04-31',
    '2027-03-01T00:00:00Z',
    'soon',
    '',
    ' 2027-03-01',
  ])('rejects "%s"', (date) => {
    expect(findingsOf(removedOn(`"${date}"`))).toEqual(['1:33 unknown-value node12.deprecation.removal']);
  });

  it('reports missing quotes and the other fault of a date at once', () => {
    expect(findingsOf(removedOn('2027-02-30'))).toEqual([
      '1:33 yaml-ambiguous node12.deprecation.removal',
      '1:33 unknown-value node12.deprecation.removal',
    ]);
  });

  it.each(['2028-02-29', '2027-12-31', '9999-12-31'])('accepts %s', (date) => {
    expect(findingsOf(removedOn(`"${date}"`))).toEqual([]);
  });
});

describe('removal-past', () => {
  const text = removedOn('"2026-11-21"');

  it('warns of a date that has passed', () => {
    expect(problemsOf(text, { today: '2026-11-22' })).toEqual([
      {
        code: 'removal-past',
        severity: 'warning',
        line: 1,
        column: 33,
        field: 'node12.deprecation.removal',
        message: 'the removal date 2026-11-21 has passed (today is 2026-11-22)',
        remedy: 'remove the entry once it is unused, or set a later date',
      },
    ]);
  });

  it('accepts the day itself', () => {
    expect(findingsOf(text, { today: '2026-11-21' })).toEqual([]);
  });
});

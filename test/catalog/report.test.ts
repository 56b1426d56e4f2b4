import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/catalog/problem.ts';
import { MOST_SPELLED_OUT, report } from '../../src/catalog/report.ts';
import { catalogOf, loaded } from '../support/problems.ts';

const at = (start: number) => ({ start, end: start + 1 });
const anError = (start: number, field = `node${start}`): Problem => ({
  code: 'duplicate-key',
  key: 'a',
  other: at(0),
  at: at(start),
  field,
});
const aWarning = (start: number): Problem => ({ code: 'state-beta', at: at(start), field: `node${start}` });

describe('report', () => {
  it('is empty without problems', () => {
    expect(report([])).toEqual({ problems: [], errors: 0, warnings: 0, unacknowledged: 0 });
  });

  it('lists errors first, each severity in document order', () => {
    const problems = [aWarning(5), anError(90), aWarning(1), anError(7)];
    expect(report(problems)).toEqual({
      problems: [anError(7), anError(90), aWarning(1), aWarning(5)],
      errors: 2,
      warnings: 2,
      unacknowledged: 2,
    });
  });

  it('keeps the order of the rules for two problems of one place', () => {
    const problems = [anError(4, 'first'), anError(4, 'second')];
    expect(report(problems).problems.map(({ field }) => field)).toEqual(['first', 'second']);
  });

  const change = {
    code: 'name-removed',
    name: 'node12',
    readers: ['webservice'],
    aliases: [],
    use: { known: true, workloads: 1, tools: 1, first: ['tool-wikibugs/Deployment/web'] },
    acknowledged: false,
    subjects: ['node12'],
    at: at(0),
    field: 'node12',
  } as const;

  it('uses the severity of the change itself', () => {
    expect(report([{ ...change, severity: 'error' }])).toMatchObject({ errors: 1, warnings: 0 });
    expect(report([{ ...change, severity: 'warning' }])).toMatchObject({ errors: 0, warnings: 1 });
  });

  it('counts acknowledged changes as warnings, and unacknowledged ones apart', () => {
    const acknowledged = { ...change, severity: 'warning', acknowledged: true } as const;
    expect(report([acknowledged, aWarning(1), anError(2)])).toMatchObject({
      errors: 1,
      warnings: 2,
      unacknowledged: 1,
    });
  });

  it('lists the first hundred problems and counts all', () => {
    const problems = [
      ...Array.from({ length: 70 }, (_, index) => aWarning(index)),
      ...Array.from({ length: 60 }, (_, index) => anError(1_000 - index)),
    ];
    const { problems: spelledOut, errors, warnings } = report(problems);
    expect({ errors, warnings }).toEqual({ errors: 60, warnings: 70 });
    expect(spelledOut).toHaveLength(MOST_SPELLED_OUT);
    expect(spelledOut.slice(0, 60).map(({ code }) => code)).toEqual(Array(60).fill('duplicate-key'));
    expect(spelledOut[0]?.at.start).toBe(941);
    expect(spelledOut.at(-1)).toEqual(aWarning(39));
  });

  it('does not reorder the given array', () => {
    const problems = [anError(9), anError(3)];
    report(problems);
    expect(problems).toEqual([anError(9), anError(3)]);
  });

  it('cuts a long path in its middle', () => {
    const [problem] = report([anError(1, `${'n'.repeat(100_000)}.variants.webservice.image`)]).problems;
    expect(problem?.field).toMatch(/^n{150}…n+\.variants\.webservice\.image$/);
    expect(problem?.field).toHaveLength(300);
  });

  it('accepts as many problems as a document within the limits can have', () => {
    const fields = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join(', ');
    const { problems, errors, warnings } = report(loaded(catalogOf(`node18: {${fields}}`)).problems);
    expect(problems).toHaveLength(100);
    expect({ errors, warnings }).toEqual({ errors: 2, warnings: 20_001 });
  });
});

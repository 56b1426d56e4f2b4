import { describe, expect, it } from 'vitest';
import { catalogOf, deprecatedEntry, entry, findingsOf, problemsOf } from '../../support/problems.ts';

describe('replacement-deprecated', () => {
  it('warns of a replacement that is deprecated itself', () => {
    const text = catalogOf(
      deprecatedEntry('python3.5', 'deprecation: {replacement: python3.7}'),
      deprecatedEntry('python3.7', 'deprecation: {replacement: python3.11}'),
      entry('python3.11'),
    );
    expect(problemsOf(text)).toEqual([
      {
        code: 'replacement-deprecated',
        severity: 'warning',
        line: 1,
        column: 40,
        field: 'python3.5.deprecation.replacement',
        message: 'the replacement python3.7 is deprecated itself',
        remedy: 'name an entry that is not',
      },
    ]);
  });

  it('accepts a replacement that is stable or beta', () => {
    const text = catalogOf(
      deprecatedEntry('python3.5', 'deprecation: {replacement: python3.13}'),
      entry('python3.13').replace('stable', 'beta'),
    );
    expect(findingsOf(text)).toEqual(['2:21 state-beta python3.13.state']);
  });

  it('leaves an entry that replaces itself to replacement-loop', () => {
    expect(
      findingsOf(catalogOf(deprecatedEntry('python3.5', 'deprecation: {replacement: python3.5}'))),
    ).toEqual(['1:40 replacement-loop python3.5.deprecation.replacement']);
  });
});

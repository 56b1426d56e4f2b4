import { describe, expect, it } from 'vitest';
import { catalogOf, deprecatedEntry, entry, findingsOf, problemsOf } from '../../support/problems.ts';

describe('deprecation-on-stable', () => {
  it('warns of deprecation facts without effect', () => {
    const text = catalogOf(entry('node18'), entry('node16', 'deprecation: {replacement: node18}'));
    expect(problemsOf(text)).toEqual([
      {
        code: 'deprecation-on-stable',
        severity: 'warning',
        line: 2,
        column: 10,
        field: 'node16.deprecation',
        message: 'node16 has deprecation facts, and its state is stable',
        remedy: 'set `state: deprecated`, or delete `deprecation`: without that state no one is warned',
      },
    ]);
  });

  it('warns of empty facts, and of an entry in beta', () => {
    expect(findingsOf(catalogOf(entry('node18', 'deprecation: {}')))).toEqual([
      '1:10 deprecation-on-stable node18.deprecation',
    ]);
    expect(findingsOf(catalogOf(entry('node18', 'deprecation: {}').replace('stable', 'beta')))).toEqual([
      '1:10 deprecation-on-stable node18.deprecation',
      '1:34 state-beta node18.state',
    ]);
  });

  it('accepts a deprecated entry with or without facts', () => {
    expect(
      findingsOf(catalogOf(deprecatedEntry('node16', 'deprecation: {}'), deprecatedEntry('node14'))),
    ).toEqual([]);
  });

  it('ignores an entry whose state is not allowed', () => {
    expect(findingsOf(catalogOf(entry('node18', 'deprecation: {}').replace('stable', 'retired')))).toEqual([
      '1:34 unknown-value node18.state',
    ]);
  });
});

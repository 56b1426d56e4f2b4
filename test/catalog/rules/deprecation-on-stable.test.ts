import { describe, expect, it } from 'vitest';
import { catalogOf, deprecatedEntry, entry, findingsOf, problemsOf } from '../../support/problems.ts';

describe('deprecation-on-stable', () => {
  it('warns of deprecation facts that nobody is told', () => {
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

  it('warns of empty ones, and of beta, too', () => {
    expect(findingsOf(catalogOf(entry('node18', 'deprecation: {}')))).toEqual([
      '1:10 deprecation-on-stable node18.deprecation',
    ]);
    expect(findingsOf(catalogOf(entry('node18', 'deprecation: {}').replace('stable', 'beta')))).toEqual([
      '1:10 deprecation-on-stable node18.deprecation',
      '1:34 state-beta node18.state',
    ]);
  });

  it('is content with a deprecated entry, with facts or without', () => {
    expect(
      findingsOf(catalogOf(deprecatedEntry('node16', 'deprecation: {}'), deprecatedEntry('node14'))),
    ).toEqual([]);
  });

  it('waits until the state is one that is allowed', () => {
    expect(findingsOf(catalogOf(entry('node18', 'deprecation: {}').replace('stable', 'retired')))).toEqual([
      '1:34 unknown-value node18.state',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

describe('redundant-alias', () => {
  it('warns of a repeated alias, and of one that equals the name of its entry', () => {
    expect(problemsOf(catalogOf(entry('node18', 'aliases: [tf-node18, node18, tf-node18]')))).toEqual([
      {
        code: 'redundant-alias',
        severity: 'warning',
        line: 1,
        column: 31,
        field: 'node18.aliases[1]',
        message: '"node18" is the entry\'s own name',
        remedy: 'delete it',
      },
      {
        code: 'redundant-alias',
        severity: 'warning',
        line: 1,
        column: 39,
        field: 'node18.aliases[2]',
        message: 'the alias "tf-node18" is repeated',
        remedy: 'delete it',
      },
    ]);
  });

  it('warns once for each repetition', () => {
    expect(findingsOf(catalogOf(entry('node18', 'aliases: [a, a, a]')))).toEqual([
      '1:23 redundant-alias node18.aliases[1]',
      '1:26 redundant-alias node18.aliases[2]',
    ]);
  });

  it('accepts aliases that differ in case', () => {
    expect(findingsOf(catalogOf(entry('node18', 'aliases: [Node18, tf-node18, TF-node18]')))).toEqual([]);
  });
});

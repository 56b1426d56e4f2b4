import { describe, expect, it } from 'vitest';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

describe('alias-shadows-name', () => {
  it('names the line of the entry whose name is taken', () => {
    const text = catalogOf(entry('python3.9', 'aliases: [python3.11]'), entry('python3.11'));
    expect(problemsOf(text)).toEqual([
      {
        code: 'alias-shadows-name',
        severity: 'error',
        line: 1,
        column: 23,
        field: 'python3.9.aliases[0]',
        message: '"python3.11" is the name of another entry (line 2)',
        remedy: 'remove the alias: which of the two an image gets would depend on their order',
      },
    ]);
  });

  it('finds both orders of the entries', () => {
    const text = catalogOf(entry('python3.11'), entry('python3.9', 'aliases: [tf-python39, python3.11]'));
    expect(findingsOf(text)).toEqual(['2:36 alias-shadows-name python3.9.aliases[1]']);
  });

  it('leaves an alias that equals the name of its entry to redundant-alias', () => {
    expect(findingsOf(catalogOf(entry('python3.9', 'aliases: [python3.9]')))).toEqual([
      '1:23 redundant-alias python3.9.aliases[0]',
    ]);
  });

  it('finds the name of an entry that is no mapping, so that all faults are reported at once', () => {
    expect(findingsOf(catalogOf(entry('node18', 'aliases: [node20]'), 'node20: stable'))).toEqual([
      '1:20 alias-shadows-name node18.aliases[0]',
      '2:9 wrong-type node20',
    ]);
  });

  it('does not find names of Object.prototype', () => {
    expect(findingsOf(catalogOf(entry('node18', 'aliases: [toString, constructor]')))).toEqual([]);
    expect(findingsOf(catalogOf(entry('node18', 'aliases: [constructor]'), entry('constructor')))).toEqual([
      '1:20 alias-shadows-name node18.aliases[0]',
    ]);
  });
});

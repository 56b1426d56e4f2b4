import { describe, expect, it } from 'vitest';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

describe('duplicate-alias', () => {
  it('names both lines when an alias is used twice', () => {
    const text = catalogOf(
      entry('python3.9', 'aliases: [tf-python39]'),
      entry('python3.11', 'aliases: [tf-python311, tf-python39]'),
    );
    expect(problemsOf(text)).toEqual([
      {
        code: 'duplicate-alias',
        severity: 'error',
        line: 2,
        column: 38,
        field: 'python3.11.aliases[1]',
        message: '"tf-python39" is already an alias of python3.9 (line 1)',
        remedy: 'remove one of the two',
      },
    ]);
  });

  it('points every further use to the first', () => {
    const text = catalogOf(
      entry('node16', 'aliases: [node]'),
      entry('node18', 'aliases: [node]'),
      entry('node20', 'aliases: [node]'),
    );
    expect(problemsOf(text).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'node18.aliases[0]: "node" is already an alias of node16 (line 1)',
      'node20.aliases[0]: "node" is already an alias of node16 (line 1)',
    ]);
  });

  it('counts all items of a list in the path, including faulty ones', () => {
    const text = catalogOf(
      entry('python3.9', 'aliases: [tf-python39]'),
      entry('python3.11', 'aliases: [~, [], tf-python39]'),
    );
    expect(findingsOf(text)).toContain('2:31 duplicate-alias python3.11.aliases[2]');
  });

  it('reports a repeated alias of one entry only as redundant', () => {
    expect(findingsOf(catalogOf(entry('python3.9', 'aliases: [tf-python39, tf-python39]')))).toEqual([
      '1:36 redundant-alias python3.9.aliases[1]',
    ]);
  });

  it('compares aliases case-sensitively', () => {
    const text = catalogOf(
      entry('python3.9', 'aliases: [tf-python39]'),
      entry('python3.11', 'aliases: [tf-Python39]'),
    );
    expect(findingsOf(text)).not.toContainEqual(expect.stringContaining('duplicate-alias'));
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('treats %s as any other name', (name) => {
    expect(findingsOf(catalogOf(entry('python3.9', `aliases: [${name}]`), entry('python3.11')))).toEqual([]);
    expect(
      findingsOf(
        catalogOf(entry('python3.9', `aliases: [${name}]`), entry('python3.11', `aliases: [${name}]`)),
      ),
    ).toEqual(['2:24 duplicate-alias python3.11.aliases[0]']);
  });
});

import { describe, expect, it } from 'vitest';
import { catalogOf, deprecatedEntry, entry, findingsOf, problemsOf } from '../../support/problems.ts';

const replacing = (replacement: string, ...others: string[]) =>
  catalogOf(deprecatedEntry('python3.7', `deprecation: {replacement: ${replacement}}`), ...others);

describe('replacement-unknown', () => {
  it('refuses a replacement that names no entry', () => {
    expect(problemsOf(replacing('ruby3.3', entry('python3.11')))).toEqual([
      {
        code: 'replacement-unknown',
        severity: 'error',
        line: 1,
        column: 40,
        field: 'python3.7.deprecation.replacement',
        message: 'the replacement "ruby3.3" is no entry',
        remedy: 'write the name of an entry',
      },
    ]);
  });

  it('suggests a close name', () => {
    expect(problemsOf(replacing('pyhton3.11', entry('python3.11'), entry('python3.13')))).toMatchObject([
      {
        message: 'the replacement "pyhton3.11" is no entry (did you mean python3.11?)',
        remedy: 'write python3.11',
      },
    ]);
  });

  it('suggests the name of the entry for a close alias', () => {
    expect(
      problemsOf(replacing('tf-pyhton311', entry('python3.11', 'aliases: [tf-python311]'))),
    ).toMatchObject([
      {
        message: 'the replacement "tf-pyhton311" is no entry (did you mean python3.11?)',
        remedy: 'write python3.11',
      },
    ]);
  });

  it('rejects an alias, because webservice takes no aliases', () => {
    expect(
      problemsOf(replacing('tf-python311', entry('python3.11', 'aliases: [tf-python311]'))),
    ).toMatchObject([
      { message: 'the replacement "tf-python311" is an alias of python3.11', remedy: 'write python3.11' },
    ]);
  });

  it('never suggests the deprecated entry itself', () => {
    expect(problemsOf(replacing('python3.8', entry('ruby3.3')))).toMatchObject([
      { message: 'the replacement "python3.8" is no entry', remedy: 'write the name of an entry' },
    ]);
  });

  it('is case-sensitive', () => {
    expect(problemsOf(replacing('Python3.11', entry('python3.11')))).toMatchObject([
      { message: 'the replacement "Python3.11" is no entry (did you mean python3.11?)' },
    ]);
  });

  it('does not depend on the order of the entries', () => {
    expect(findingsOf(replacing('python3.11', entry('python3.11')))).toEqual([]);
    expect(
      findingsOf(
        catalogOf(
          entry('python3.11'),
          deprecatedEntry('python3.7', 'deprecation: {replacement: python3.11}'),
        ),
      ),
    ).toEqual([]);
  });

  it.each(['constructor', 'toString', '__proto__'])('rejects %s', (name) => {
    expect(problemsOf(replacing(name, entry('python3.11')))).toMatchObject([{ code: 'replacement-unknown' }]);
  });

  it('prefers an entry that is not deprecated, also for a name with a prefix', () => {
    const catalog = catalogOf(
      deprecatedEntry('jdk8', 'deprecation: {replacement: tf-jdk21}'),
      deprecatedEntry('jdk11'),
      entry('jdk21'),
    );
    expect(problemsOf(catalog)[0]).toMatchObject({ code: 'replacement-unknown', remedy: 'write jdk21' });
  });

  it('makes at most as many suggestions as a report lists problems', () => {
    const faulty = Array.from({ length: 120 }, (_, index) =>
      deprecatedEntry(`old${index}`, 'deprecation: {replacement: pyhton3.11}'),
    );
    const problems = problemsOf(catalogOf(entry('python3.11'), ...faulty));
    expect(problems).toHaveLength(100);
    expect(new Set(problems.map(({ remedy }) => remedy))).toEqual(new Set(['write python3.11']));
  });
});

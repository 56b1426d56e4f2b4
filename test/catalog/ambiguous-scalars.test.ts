import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/catalog/document.ts';
import { LineIndex } from '../../src/catalog/positions.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../support/problems.ts';

/** A catalog of one entry, whose image does not repeat the name. */
const named = (name: string) => catalogOf(entry(name, '', 'registry.example.org/image'));

describe('the name of an entry', () => {
  it('must be a string to both readers', () => {
    expect(problemsOf(named('3.9'))).toEqual([
      {
        code: 'yaml-ambiguous',
        severity: 'error',
        line: 1,
        column: 1,
        field: '3.9',
        message: '3.9 is the number 3.9, not a string',
        remedy: "quote it: '3.9'",
      },
    ]);
  });

  it.each(['18', '-1', '0', 'true', 'FALSE', '~', 'null', '.inf'])(
    'is reported once when it is %s, which both readers read alike',
    (name) => {
      const codes = problemsOf(named(name)).map(({ code }) => code);
      expect(codes.filter((code) => code === 'yaml-ambiguous')).toHaveLength(1);
    },
  );

  it.each(['on', '1e3', '3.10', '012', '12:30', '1_0', '2027-03-01', '0x1f', '0o17', '='])(
    'is reported once when it is %s, which the readers read differently',
    (name) => {
      const codes = problemsOf(named(name)).map(({ code }) => code);
      expect(codes.filter((code) => code === 'yaml-ambiguous')).toHaveLength(1);
    },
  );

  it.each(["'3.9'", '"3.9"', "'on'", "'true'", '3.9.1', 'y', '3.9-slim', 'v3', '1.2.3'])(
    'may be %s',
    (name) => {
      expect(findingsOf(named(name))).toEqual([]);
    },
  );

  it('is also checked for variants', () => {
    const text = catalogOf(
      'node18:\n  state: stable\n  variants: {1: {image: registry.example.org/image}}\n',
    );
    expect(findingsOf(text)).toContain('3:14 yaml-ambiguous node18.variants.1');
  });

  it('is not checked inside unknown fields', () => {
    const text = catalogOf(entry('node18', 'webservice-defaults: {8000: 1, true: 2}'));
    expect(findingsOf(text)).toEqual(['1:10 unknown-field node18.webservice-defaults']);
  });
});

describe('a scalar that the dialects read differently', () => {
  /** `line:column code field` of each problem. */
  const findingsIn = (text: string): string[] =>
    readDocument(text, defaultPolicy).problems.map(({ code, field, at }) => {
      const { line, column } = new LineIndex(text).position(at.start);
      return `${line}:${column} ${code} ${field}`;
    });

  it('is reported with both readings in keys, values and items', () => {
    expect(findingsIn('a:\n- on\n- {b: 1e3}\nc:\n  12:30: [2027-03-01]\n')).toEqual([
      '2:3 yaml-ambiguous a[0]',
      '3:7 yaml-ambiguous a[1].b',
      '5:3 yaml-ambiguous c.12:30',
      '5:11 yaml-ambiguous c.12:30[0]',
    ]);
  });

  it.each([
    ['on', 'true', 'a string'],
    ['017', 'the number 15', 'the number 17'],
    ['1_000', 'the number 1000', 'a string'],
    ['12:30', 'the number 750', 'a string'],
    ['1e3', 'a string', 'the number 1000'],
    ['2027-03-01', 'a date', 'a string'],
    ['99999999999999999999', 'an integer', 'an integer'],
    ['.nan', 'a float', 'a float'],
    ['=', 'a default value', 'a string'],
    ['<<', 'a merge key', 'a string'],
  ])('%s is reported as %s in YAML 1.1 and %s in YAML 1.2', (text, yaml11, yaml12) => {
    expect(readDocument(`a: ${text}`, defaultPolicy).problems).toEqual([
      { code: 'yaml-ambiguous', text, yaml11, yaml12, at: { start: 3, end: 3 + text.length }, field: 'a' },
    ]);
  });

  it('is a merge key where `<<` is a key', () => {
    expect(readDocument('a:\n  <<: {b: c}\n', defaultPolicy).problems).toMatchObject([
      { code: 'yaml-feature', feature: 'a merge key (`<<`)', field: 'a.<<' },
    ]);
  });

  it('is accepted in quotes', () => {
    expect(findingsIn("a: ['on', \"1e3\", '2027-03-01', '<<']\n'12:30': b\n")).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { catalogOf, entry, findingsOf, problemsOf } from '../support/problems.ts';

/** Its image says nothing of the name. */
const named = (name: string) => catalogOf(entry(name, '', 'registry.example.org/image'));

describe('the name of an entry', () => {
  it('has to be a string to both readers', () => {
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
    'is none as %s, which both read alike',
    (name) => {
      const codes = problemsOf(named(name)).map(({ code }) => code);
      expect(codes.filter((code) => code === 'yaml-ambiguous')).toHaveLength(1);
    },
  );

  it.each(['on', '1e3', '3.10', '012', '12:30', '1_0', '2027-03-01', '0x1f', '0o17', '='])(
    'is told once as %s, which they read differently',
    (name) => {
      const codes = problemsOf(named(name)).map(({ code }) => code);
      expect(codes.filter((code) => code === 'yaml-ambiguous')).toHaveLength(1);
    },
  );

  it.each(["'3.9'", '"3.9"', "'on'", "'true'", '3.9.1', 'y', '3.9-slim', 'v3', '1.2.3'])(
    'is fine as %s',
    (name) => {
      expect(findingsOf(named(name))).toEqual([]);
    },
  );

  it('is asked of variants, too', () => {
    const text = catalogOf(
      'node18:\n  state: stable\n  variants: {1: {image: registry.example.org/image}}\n',
    );
    expect(findingsOf(text)).toContain('3:14 yaml-ambiguous node18.variants.1');
  });

  it('matters where entries begin, not in fields that nobody knows', () => {
    const text = catalogOf(entry('node18', 'webservice-defaults: {8000: 1, true: 2}'));
    expect(findingsOf(text)).toEqual(['1:10 unknown-field node18.webservice-defaults']);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateEdit } from '../../src/catalog/edit.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { unknownUsage } from '../../src/catalog/usage.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { problemsOf, TODAY } from '../support/problems.ts';

const CATALOG = readFileSync(
  new URL('../fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);

/** `line code field message; remedy` of each problem. */
const told = (text: string): string[] =>
  problemsOf(text).map(
    ({ line, code, field, message, remedy }) => `${line} ${code} ${field} ${message}; ${remedy}`,
  );

describe('an entry without its name', () => {
  it('is one problem, which says before which line the name is missing', () => {
    expect(told(CATALOG.replace('\npython2:\n', '\n'))).toEqual([
      '380 duplicate-key php8.4.aliases a name is missing before line 380: the fields of an entry begin again there; write the name of the entry above line 380, at the left margin',
    ]);
  });

  it.each(['#python2:', '# python2:', '  # "python2":', '## python2: '])(
    'is one problem with the name if it is in a comment: %s',
    (comment) => {
      expect(told(CATALOG.replace('\npython2:\n', `\n${comment}\n`))).toEqual([
        '381 duplicate-key php8.4.aliases a name is missing before line 381: the fields of an entry begin again there; delete the # before `python2:` (line 380), or delete the fields below it, too',
      ]);
    },
  );

  it('has its name in the comment above the fields that are in comments, too', () => {
    const text = CATALOG.replace(/\npython2:\n(?: {2}aliases:\n(?: {2}- .*\n)+)/, (lines) =>
      lines.replaceAll(/\n(?=.)/g, '\n#'),
    );
    expect(told(text)).toEqual([
      '388 duplicate-key php8.4.image a name is missing before line 388: the fields of an entry begin again there; delete the # before `python2:` (line 380), or delete the fields below it, too',
    ]);
  });

  it('begins below the comment, even with a field that the entry before it lacks', () => {
    const one = ['a:', '  state: stable', '  variants: {}', '  image: r.example.org/a'];
    const other = ['  aliases: [c]', '  state: stable', '  variants: {}', '  image: r.example.org/b'];
    expect(told([...one, '#b:', ...other, ''].join('\n'))[0]).toMatch(/^6 duplicate-key a.aliases /);
    expect(told([...one, ...other, ''].join('\n'))[0]).toMatch(/^6 duplicate-key a.state /);
  });

  it('may be one of several', () => {
    const text = CATALOG.replace('\npython2:\n', '\n').replace('\npython3.11:\n', '\n');
    expect(problemsOf(text).map(({ line, code }) => `${line} ${code}`)).toEqual([
      '380 duplicate-key',
      '396 duplicate-key',
    ]);
  });

  it('is not compared with the entry that has its name in the old catalog', () => {
    const { problems, comparison } = validateEdit(
      { before: { text: CATALOG }, after: { text: CATALOG.replace('\npython2:\n', '\n#python2:\n') } },
      { policy: defaultPolicy, precedence: defaultPrecedence, today: TODAY, usage: unknownUsage },
    );
    expect(problems.map(({ code }) => code)).toEqual(['duplicate-key']);
    expect(comparison).toEqual({ kind: 'none' });
  });

  it('is not assumed if a part lacks a required field', () => {
    const text = 'a:\n  state: stable\n  state: stable\n  image: r.example.org/a\n  variants: {}\n';
    expect(problemsOf(text).map(({ message }) => message)).toEqual(['the key "state" is already on line 2']);
  });
});

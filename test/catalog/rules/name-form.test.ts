import { describe, expect, it } from 'vitest';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

const REMEDY =
  'use up to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit';

describe('invalid-name', () => {
  it('rejects a name and an alias that no image can ask for', () => {
    expect(problemsOf(catalogOf(entry('node18:web', 'aliases: [tf/node18]')))).toEqual([
      {
        code: 'invalid-name',
        severity: 'error',
        line: 1,
        column: 1,
        field: 'node18:web',
        message: 'the name "node18:web" has the character ":"',
        remedy: REMEDY,
      },
      {
        code: 'invalid-name',
        severity: 'error',
        line: 1,
        column: 24,
        field: 'node18:web.aliases[0]',
        message: 'the alias "tf/node18" has the character "/"',
        remedy: REMEDY,
      },
    ]);
  });

  it.each([
    ['tf node', 'has the character " "'],
    [' node', 'has the character " "'],
    ['node@18', 'has the character "@"'],
    ['nöde18', 'has the character "ö"'],
    ['node🚀', 'has the character "🚀"'],
    ['-node18', 'begins with "-"'],
    ['.node18', 'begins with "."'],
    ['_node18', 'begins with "_"'],
    ['node18-', 'ends with "-"'],
    ['node18.', 'ends with "."'],
    ['node18_', 'ends with "_"'],
    ['.', 'begins with "."'],
    ['a'.repeat(64), 'has 64 characters'],
  ])('says of "%s" that it %s', (alias, fault) => {
    expect(problemsOf(catalogOf(entry('node18', `aliases: ['${alias}']`)))).toMatchObject([
      { code: 'invalid-name', message: `the alias "${alias}" ${fault}` },
    ]);
  });

  it('rejects an empty alias', () => {
    expect(problemsOf(catalogOf(entry("''", "aliases: ['']"))).map(({ message }) => message)).toEqual([
      'the name is empty',
      'the alias is empty',
      '"" is the entry\'s own name',
    ]);
  });

  it.each(['a', 'A', '9a', 'python3.11', 'tf-node12-DEPRECATED', 'a.b_c-d', 'a--b', 'a'.repeat(63)])(
    'lets %s pass',
    (name) => {
      expect(findingsOf(catalogOf(entry(name, `aliases: [x${name.slice(1)}]`)))).toEqual([]);
    },
  );

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'])(
    'treats %s as any other name',
    (name) => {
      expect(findingsOf(catalogOf(entry(name), entry('node18', 'aliases: [tf-node18]')))).toEqual([]);
    },
  );

  it('refuses __proto__ as a name and as an alias', () => {
    expect(findingsOf(catalogOf(entry('__proto__', 'aliases: [__proto__]')))).toEqual([
      '1:1 invalid-name __proto__',
      '1:23 invalid-name __proto__.aliases[0]',
      '1:23 redundant-alias __proto__.aliases[0]',
    ]);
  });

  it('cuts a long name in the message', () => {
    const [problem] = problemsOf(catalogOf(entry(`'${'n'.repeat(900)}'`, '', 'registry.example.org/n')));
    expect(problem?.message).toBe(`the name "${'n'.repeat(299)}…" has 900 characters`);
    expect(problem?.field.length).toBe(300);
  });
});

describe('reserved-name', () => {
  it('refuses buildservice, as a name or as an alias', () => {
    const text = catalogOf(entry('buildservice'), entry('node18', 'aliases: [buildservice]'));
    expect(problemsOf(text).filter(({ code }) => code === 'reserved-name')).toEqual([
      {
        code: 'reserved-name',
        severity: 'error',
        line: 1,
        column: 1,
        field: 'buildservice',
        message: 'the name "buildservice" is webservice\'s own type',
        remedy: 'choose another: an entry by this name would replace the build service for every tool',
      },
      {
        code: 'reserved-name',
        severity: 'error',
        line: 2,
        column: 20,
        field: 'node18.aliases[0]',
        message: 'the alias "buildservice" is webservice\'s own type',
        remedy: 'choose another: an entry by this name would replace the build service for every tool',
      },
    ]);
  });

  it('accepts similar names', () => {
    expect(findingsOf(catalogOf(entry('BuildService', 'aliases: [buildservice2]')))).toEqual([]);
  });
});

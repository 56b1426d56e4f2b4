import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/catalog/yaml/parse.ts';
import { outsideCommonSubset } from '../../../src/catalog/yaml/subset.ts';

/** The kind, the text and the description of each finding. */
function found(text: string): string[] {
  const parsed = parseYaml(text, 16);
  if ('kind' in parsed) throw new Error(`js-yaml refuses it: ${JSON.stringify(parsed)}`);
  return [...outsideCommonSubset(text, parsed)].map(
    ({ kind, at, what }) => `${kind} ${JSON.stringify(text.slice(at.start, at.end))}: ${what}`,
  );
}

// differential/corpus tests which documents are accepted, and that PyYAML reads them alike.
describe.each<[string, string, string]>([
  ['a TAB between tokens', 'a: b\n\t', 'syntax "\\t": a TAB between the parts of the document'],
  ['a TAB in a plain scalar', 'a: b\tc', 'syntax "\\t": a TAB in a plain scalar'],
  ['an anchor', 'a: &b c', 'feature "&b": an anchor'],
  ['an anchor in brackets', 'a: [&b c]', 'feature "&b": an anchor'],
  ['an alias', 'a: *b', 'feature "*b": an alias of an anchor'],
  ['a tag', 'a: !!str b', 'feature "!!str": a tag'],
  ['a block scalar', 'a: |\n  b: &c\n', 'feature "|": a block scalar'],
  ['a folded block scalar', 'a: >-\n  b', 'feature ">": a block scalar'],
  ['a scalar over two lines', 'a: b\n  c', 'feature "b\\n  c": a scalar over several lines'],
  ['quotes over two lines', "a: 'b\n  c'", 'feature "\'b\\n  c\'": a scalar over several lines'],
  ['an escape', 'a: "b\\nc\\td"', 'feature "\\\\n": an escape in double quotes'],
  ['an explicit key', '? a\n: b', 'feature "?": an explicit key (`? `)'],
  [
    'a question mark in brackets',
    'a: [b?c]',
    'feature "b?c": a question mark or leading colon without quotes, inside [] or {}',
  ],
  [
    'a leading colon in brackets',
    'a: [:b]',
    'feature ":b": a question mark or leading colon without quotes, inside [] or {}',
  ],
  ['a key without a value', '{a}', 'feature "a": a key without a colon on its line'],
  ['a key and its colon on two lines', '{a\n: b}', 'feature "a": a key without a colon on its line'],
  ['a colon without a space', '{a:}', 'feature ":": a colon without a space behind it'],
  ['an end marker', 'a: b\n...', 'feature "...": a document end marker (`...`)'],
  [
    'a mark below the top',
    'a: b\n---\n',
    'feature "---": a document marker (`---`) that is indented, has text on its line, or is below the top',
  ],
  [
    'a mark with text on its line',
    '--- []',
    'feature "---": a document marker (`---`) that is indented, has text on its line, or is below the top',
  ],
  [
    'an indented mark',
    ' ---\na: b',
    'feature "---": a document marker (`---`) that is indented, has text on its line, or is below the top',
  ],
  ['text behind a value', "- 'a'b: c", 'syntax "b": text behind a value, on the same line'],
  ['text behind brackets', '- [a] b: c', 'syntax "b": text behind a value, on the same line'],
])('%s', (_, text, finding) => {
  it('is found', () => {
    expect(found(text.startsWith('- ') ? `x:\n${text}` : text)).toContain(finding);
  });
});

describe('outsideCommonSubset', () => {
  it('finds a directive, and a marker below it', () => {
    expect(found('%YAML 1.1\n---\na: b')).toEqual(['feature "%YAML 1.1": a directive']);
  });

  it('finds a key that is longer than PyYAML reads', () => {
    expect(found(`${'k'.repeat(1_024)}: v`)).toEqual([]);
    expect(found(`${'k'.repeat(1_025)}: v`)[0]).toMatch(/: a key has 1025 characters$/);
    expect(found(`k${' '.repeat(1_024)}: v`)[0]).toMatch(/: a key has 1025 characters$/);
  });

  it('does not check comments and quotes', () => {
    expect(found('# &a *b !c | > % ? --- \t\na: \'&a *b !c | > % ? \\ \t\' # \t &\nd: "& * !"\n')).toEqual(
      [],
    );
  });

  it('returns all findings in document order', () => {
    expect(found('a: &b c\nd: !e f\ng: "\\n"\n')).toEqual([
      'feature "&b": an anchor',
      'feature "!e": a tag',
      'feature "\\\\n": an escape in double quotes',
    ]);
  });

  it('quotes the text in the remedy, unless it is long', () => {
    const remedyOf = (text: string): string | undefined => {
      const parsed = parseYaml(text, 16);
      return 'kind' in parsed ? undefined : [...outsideCommonSubset(text, parsed)][0]?.remedy;
    };
    expect(remedyOf("a: [it's?]")).toBe("quote it: 'it''s?'");
    expect(remedyOf(`a: [?${'b'.repeat(100)}]`)).toBe('quote it');
  });
});

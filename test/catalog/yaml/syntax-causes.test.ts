import { readFileSync } from 'node:fs';
import { expect, describe as group, it } from 'vitest';
import { readDocument } from '../../../src/catalog/document.ts';
import { LineIndex } from '../../../src/catalog/positions.ts';
import { describe } from '../../../src/catalog/problem-message.ts';
import { defaultPolicy } from '../../../src/settings.ts';

const CATALOG = readFileSync(
  new URL('../../fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);

/** The first and the last line of the entry perl5.36 in the fixture. */
const [FIRST, LAST] = [260, 273];

/** The catalog of the fixture with another text for one entry in its middle. */
function withEntry(edit: (entry: string) => string): string {
  const lines = CATALOG.split('\n');
  const entry = lines.slice(FIRST - 1, LAST).join('\n');
  return [...lines.slice(0, FIRST - 1), edit(entry), ...lines.slice(LAST)].join('\n');
}

/** `line:column message; remedy` of each problem. */
function told(text: string): string[] {
  const lines = new LineIndex(text);
  return readDocument(text, defaultPolicy).problems.map((problem) => {
    const { message, remedy } = describe(problem, (offset) => lines.position(offset).line);
    const { line, column } = lines.position(problem.at.start);
    return `${line}:${column} ${message.replace('not well-formed: ', '')}; ${remedy}`;
  });
}

const replacing = (from: string, to: string) => (entry: string) => entry.replace(from, to);

group('a text that is not well-formed has the cause as its one problem:', () => {
  it.each([
    [
      'a quote that is not closed',
      replacing('state: stable', "state: 'stable"),
      "266:10 the quote (') that opens here is not closed on its line; close it at the end of the text, or delete it",
    ],
    [
      'a quote at a name, which swallows the rest of the text',
      replacing('perl5.36:', '"perl5.36:'),
      '260:1 the quote (") that opens here is not closed on its line; close it at the end of the text, or delete it',
    ],
    [
      'a quote in a list',
      replacing('- toolforge-perl536\n', "- 'toolforge-perl536\n"),
      "262:5 the quote (') that opens here is not closed on its line; close it at the end of the text, or delete it",
    ],
    [
      'a bracket that is not closed',
      replacing('state: stable', 'former-images: [registry.example.org/perl\n  state: stable'),
      '266:18 `[` that opens here is not closed; close it with `]`',
    ],
    [
      'a first item without the space behind its dash',
      replacing('- toolforge-perl536\n', '-toolforge-perl536\n'),
      '262:3 the space behind the dash of toolforge-perl536 is missing; write `- toolforge-perl536`',
    ],
    [
      'a dash before a variant',
      replacing('    jobs-framework:', '    - jobs-framework:'),
      '268:5 the dash before jobs-framework makes it an item of a list, and the next field is none; delete the dash: write `jobs-framework:`',
    ],
    [
      'a name without a colon',
      replacing('perl5.36:', 'perl5.36'),
      '260:1 the colon behind perl5.36 is missing; write `perl5.36:`',
    ],
    [
      'a field without a colon, far above its list',
      replacing('aliases:', 'aliases'),
      '261:3 the colon behind aliases is missing; write `aliases:`',
    ],
    [
      'a value without a colon in front',
      replacing('state: stable', 'state stable'),
      '266:3 the colon behind state is missing; write `state: stable`',
    ],
    [
      'a colon without a space',
      replacing('state: stable', 'state:stable'),
      '266:3 the space behind the colon of state is missing; write `state: stable`',
    ],
    [
      'an item without a dash',
      replacing('- toolforge-perl536-sssd-web', 'toolforge-perl536-sssd-web'),
      '264:3 the dash of the item toolforge-perl536-sssd-web is missing; write `- toolforge-perl536-sssd-web`',
    ],
    [
      'a dash without a space',
      replacing('- toolforge-perl536-sssd-web', '-toolforge-perl536-sssd-web'),
      '264:3 the space behind the dash of toolforge-perl536-sssd-web is missing; write `- toolforge-perl536-sssd-web`',
    ],
    [
      'a line that is indented too far',
      replacing('  state:', '   state:'),
      '266:4 the indentation of 3 spaces fits no line around it; indent line 266 by 2 spaces',
    ],
    [
      'a line that is not indented far enough',
      replacing('  state:', ' state:'),
      '266:2 the indentation of 1 space fits no line around it; indent line 266 by 2 spaces',
    ],
    [
      'a line that is not indented',
      replacing('  state:', 'state:'),
      '266:1 the indentation of 0 spaces fits no line around it; indent line 266 by 2 spaces',
    ],
    [
      'a field on the level of its parent',
      replacing('        wstype:', '    wstype:'),
      '272:5 the indentation of 4 spaces fits no line around it; indent line 272 by 8 spaces',
    ],
    [
      'the first fields of an entry that are not indented',
      (entry: string) => entry.replace(/\n {2}(?=[ai-])/g, '\n'),
      '261:1 the indentation of 0 spaces fits no line around it; indent lines 261 to 265 by 2 spaces more',
    ],
    [
      'the last fields of an entry that are indented too far',
      (entry: string) => entry.replace(/\n {2}(?=state|variants| )/g, '\n   '),
      '266:4 the indentation of 3 spaces fits no line around it; indent lines 266 to 273 by 1 space less',
    ],
    [
      'a TAB',
      replacing('  state:', '\tstate:'),
      '266:1 a TAB in the indentation; write spaces in line 266: YAML allows no TAB there',
    ],
    [
      'TABs in a whole entry',
      (entry: string) => entry.replaceAll('  ', '\t'),
      '261:1 a TAB in the indentation; write spaces in lines 261 to 273: YAML allows no TAB there',
    ],
    [
      'a no-break space in the indentation',
      replacing('  state:', ' \u00a0state:'),
      '266:2 a NO-BREAK SPACE (U+00A0), which people do not see; delete it, or write an ordinary space',
    ],
    [
      'a no-break space behind a colon',
      replacing('state: stable', 'state:\u00a0stable'),
      '266:9 a NO-BREAK SPACE (U+00A0), which people do not see; delete it, or write an ordinary space',
    ],
    [
      'a space of another script',
      replacing('  state:', '\u3000state:'),
      '266:1 an IDEOGRAPHIC SPACE (U+3000), which people do not see; delete it, or write an ordinary space',
    ],
    [
      'a dash of a word processor',
      replacing('- toolforge-perl536-sssd-web', '\u2013 toolforge-perl536-sssd-web'),
      '264:3 an EN DASH (U+2013) in the place of `-`; write `-`',
    ],
    [
      'a colon of another script',
      replacing('state: stable', 'state\uff1a stable'),
      '266:8 a FULLWIDTH COLON (U+FF1A) in the place of `:`; write `:`',
    ],
  ])('%s', (_, edit, words) => {
    const text = withEntry(edit);
    expect(told(text)).toEqual([words]);
    expect(told(text.replaceAll('\n', '\r\n'))).toEqual([words]);
  });

  it('each line with an invisible character, when a part was copied from a web page', () => {
    const text = withEntry((entry) => entry.replaceAll('  ', '\u00a0\u00a0'));
    expect(told(text)).toHaveLength(LAST - FIRST);
    expect(told(text)[0]).toMatch(/^261:1 a NO-BREAK SPACE/);
  });

  it('the first of as many lines as a catalog can have', () => {
    expect(told(`a:\n${'\t\n'.repeat(130_000)}\tb: c\n`)).toEqual([
      '2:1 a TAB in the indentation; write spaces in lines 2 to 130002: YAML allows no TAB there',
    ]);
  });

  it('what the parser says, where no repair helps', () => {
    expect(told('a: b: c\n')).toEqual([
      '1:5 bad indentation of a mapping entry; look at this line and the one before it: indentation, colons, quotes and brackets',
    ]);
  });
});

group('the markers of a merge conflict', () => {
  const conflict = (entry: string): string =>
    `<<<<<<< HEAD\n${entry}\n=======\n${entry.replace('stable', 'deprecated')}\n>>>>>>> perl`;

  it('are one problem, at the first of them', () => {
    expect(told(withEntry(conflict))).toEqual([
      '260:1 a merge conflict marker of git; decide between the versions in lines 260 to 290, and delete the markers',
    ]);
  });

  it('may show the common ancestor', () => {
    const text = withEntry(
      replacing(
        '  state: stable',
        '<<<<<<< HEAD\n  state: stable\n||||||| 1a2b3c4\n  state: beta\n=======\n  state: deprecated\n>>>>>>> perl',
      ),
    );
    expect(told(text)).toEqual([
      '266:1 a merge conflict marker of git; decide between the versions in lines 266 to 272, and delete the markers',
    ]);
  });

  it('are one problem for each conflict', () => {
    const text = `${conflict('a: {state: stable}')}\n${conflict('b: {state: stable}')}\n`;
    expect(told(text).map((words) => words.slice(0, 4))).toEqual(['1:1 ', '6:1 ']);
  });

  it('are reported if only one is left', () => {
    expect(told(withEntry(replacing('  state: stable', '  state: stable\n=======\n  state: beta')))).toEqual([
      '267:1 a merge conflict marker of git; decide between the versions in line 267, and delete the markers',
    ]);
  });

  it('are no problem in a comment', () => {
    expect(told(withEntry((entry) => `# <<<<<<< HEAD\n${entry}`))).toEqual([]);
  });
});

group('fields before the first name', () => {
  it.each([
    ['', 'write the name above this line, at the left margin'],
    ['#bookworm:\n', 'delete the # before `bookworm:`'],
  ])('have the missing name as their one problem, with %j above them', (above, remedy) => {
    const text = CATALOG.replace('bookworm:\n', above);
    const line = text.slice(0, text.indexOf('  aliases:')).split('\n').length;
    expect(told(text)).toEqual([
      `${line}:3 the name of the first entry is missing above its fields; ${remedy}`,
    ]);
  });
});

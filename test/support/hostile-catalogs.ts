/** A text of the maximum size that causes much work per byte, or many problems at once. */
export interface HostileCatalog {
  readonly title: string;
  readonly text: string;
}

/** The default limit in bytes. */
const SIZE = 256 * 1024;

/** The beginning, as many pieces as fit, and the end. */
function filled(beginning: string, piece: string | ((index: number) => string), end = ''): string {
  const pieceOf = typeof piece === 'string' ? () => piece : piece;
  const bytes = (text: string): number => Buffer.byteLength(text);
  const pieces = [beginning];
  let left = SIZE - bytes(beginning) - bytes(end);
  for (let index = 0; ; index++) {
    const next = pieceOf(index);
    left -= bytes(next);
    if (left < 0) return [...pieces, end].join('');
    pieces.push(next);
  }
}

const two = (index: number): string => index.toString(36).padStart(2, '0');
const four = (index: number): string => index.toString(36).padStart(4, '0');

const entry = (name: string, rest: string): string => `${name}: {state: stable, variants: {}${rest}}\n`;

const shapes: readonly (readonly [string, string])[] = [
  // Nothing but one character
  ...'[{:-?,\'"&*!|>%@#~ \t\n\r\\._a1'
    .split('')
    .map((character) => [`nothing but ${JSON.stringify(character)}`, filled('', character)] as const),
  ['nothing but colons and spaces', filled('', ': ')],
  ['nothing but dashes and spaces', filled('', '- ')],
  ['nothing but question marks and spaces', filled('', '? ')],
  ['nothing but lines of CR and LF', filled('', '\r\n')],

  // Nesting
  ['a bracket below a key, closed', `a: ${'['.repeat(SIZE / 2 - 10)}${']'.repeat(SIZE / 2 - 10)}`],
  [
    'mappings in each other, one space deeper each',
    Array.from({ length: 720 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
  ],
  ['fifteen lists in each other, over and over', filled('a: [', `${'['.repeat(14)}${']'.repeat(14)},`, ']')],
  ['anchors in each other', filled('a:\n', (i) => `${' '.repeat(1 + (i % 14))}&a b:\n`)],
  ['lists of one pair in each other', filled('a: [', '[a: [a: [a: [a: [a: b]]]]],', ']')],
  ['keys that are lists', filled('', '[a, [b]]: c\n')],
  ['keys that are lists, in braces', filled('a: {', '[a]: b,', '}')],

  // Keys
  ['87,000 keys of one letter', filled('', 'a:\n')],
  ['keys of one letter, all indented', filled('', ' a:\n')],
  ['keys of one letter in one entry', filled('e:\n', ' a:\n')],
  ['keys of one letter in braces', filled('{', 'a: ,', '}')],
  ['keys of no letter in JSON', filled('{"e":{', '"":0,', '"a":0}}')],
  ['keys without values in braces', filled('e: {', 'a,', '}')],
  ['different keys without values in braces', filled('e: {', (i) => `${four(i)},`, '}')],
  ['nothing as a key', filled('e:\n', ' :\n')],
  ['explicit keys', filled('e:\n', ' ? a\n')],
  ['a key of 256 KiB', filled('', 'a', ': b')],
  ['a quoted key of 256 KiB', filled("'", 'a', "': b")],
  ['a key of many words', filled('', 'a ', ': b')],

  // Scalars
  ['a text of 256 KiB', filled('a: ', 'b')],
  ['quotes of 256 KiB', filled("a: '", 'b', "'")],
  ['doubled quotes', filled("a: '", "''", "'")],
  ['quotes that never close', filled('a: "', 'b')],
  ['a text over 87,000 lines', filled('a: b\n', ' b\n')],
  ['quotes over 87,000 lines', filled('a: "b\n', ' b\n', '"')],
  ['escapes', filled('a: "', '\\x41', '"')],
  ['escapes in each of many scalars', filled('a: [', '"\\n",', ']')],
  ['a block scalar of 87,000 lines', filled('a: |\n', ' b\n')],
  ['a folded block scalar of 87,000 lines', filled('a: >\n', ' b\n')],
  ['many block scalars', filled('a:\n', '- |\n')],
  ['an integer of 256 KiB', filled('a: ', '1')],
  ['an octal integer of 256 KiB', filled('a: 0', '7')],
  ['underscores in a number', filled('a: 1', '_')],
  ['an integer of minutes and seconds', filled('a: 1', ':1')],
  ['nearly an integer of minutes and seconds', filled('a: 1', ':1', 'x')],
  ['nearly a number', filled('a: 1', '1', '.x')],
  ['ambiguous items', filled('a: [', 'on,', ']')],
  ['ambiguous items, one a line', filled('a:\n', '- on\n')],
  ['empty items', filled('a:\n', '-\n')],
  ['lists of one item in a list', filled('a:\n', '- - a\n')],

  // Characters and features, one fault after the other
  ['a control character on each line', filled('', '#\u0007\n')],
  ['a control character on each line of an entry', filled('e:\n', ' #\u0007\n', ' a: b')],
  ['a line separator on each line', filled('', '#\u2028\n')],
  ['a lone surrogate on each line', filled('', '#\ud800\n')],
  ['a CR on each line', filled('a: [\n', '#\r#\n', ']')],
  ['byte order marks', filled('', '\ufeff\n')],
  ['TABs behind one item', filled('a: [b', '\t', ']')],
  ['TABs between items', filled('a: [', 'b\t,', ']')],
  ['a TAB on each line', filled('a: b\n', '\t\n')],
  ['anchors', filled('a: [', '&a,', ']')],
  ['anchors of one a line', filled('a:\n', '- &a\n')],
  ['aliases', filled('a: [', '*a,', ']')],
  ['aliases as keys', filled('a: {', '*a : b,', '}')],
  ['tags', filled('a: [', '!a,', ']')],
  ['a tag of 256 KiB', filled('a: !', 'a', ' b')],
  ['a bad tag of 256 KiB', filled('a: !<', '"', '> b')],
  ['merge keys', filled('a: {', '<<: b,', '}')],
  ['question marks in brackets', filled('a: [', 'a?,', ']')],
  ['colons in brackets', filled('a: [', ':a,', ']')],
  ['marks', filled('', '---\n')],
  ['marks and texts', filled('', '--- a\n')],
  ['end marks', filled('a: b\n', '...\n')],
  ['directives', filled('', '%a\n', '---\na: b')],
  ['documents', filled('', 'a: b\n---\n')],
  ['comments', filled('', '#\n', 'a: b')],
  ['values behind values', filled('a:\n', "- '' - ")],
  ['lists and keys behind them', filled('a:\n', "- ''b:\n")],

  // The shape of entries
  ['unknown fields in one entry', filled('e:\n', (i) => ` ${four(i)}: 1\n`)],
  ['misspelt fields in one entry', filled('e:\n', (i) => ` stat${two(i % 1296)}: 1\n`)],
  [
    'unknown fields in an entry with a long name',
    filled(`${'e'.repeat(100_000)}:\n`, (i) => ` ${four(i)}: 1\n`),
  ],
  ['ambiguous fields in an entry with a long name', filled(`${'e'.repeat(100_000)}: [`, 'on,', ']')],
  ['unknown variants in one entry', filled('e:\n state: stable\n variants:\n', (i) => `  ${four(i)}: \n`)],
  [
    'variants of long names',
    filled(`e:\n state: stable\n variants:\n`, (i) => `  ${four(i)}${'v'.repeat(1_000)}: {image: 1}\n`),
  ],
  [
    'unknown fields in each of 2,000 entries',
    filledEntries(
      (name) =>
        `${name}: {a: 1,b: 2,c: 3,d: 4,e: 5,f: 6,g: 7,h: 8,i: 9,j: 0,k: 1,l: 2,m: 3,n: 4,o: 5,p: 6,q: 7}\n`,
    ),
  ],
  ['2,000 entries of nothing', filledEntries((name) => `${name}:\n`)],
  [
    '2,000 entries with every fault',
    filledEntries(
      (name, i) =>
        `${name}: {state: x${two(i % 99)}, image: 'A/b:c@d', aliases: [a, a, ${name}, x], variants: {webservice: {}}, deprecation: {replacement: zz}}\n`,
    ),
  ],
  ['aliases of the wrong type', filled('e: {state: stable, variants: {}, aliases: [', '1,', ']}')],
  ['wrong types in variants', filled('e: {state: stable, variants: {', (i) => `${four(i)}: 1,`, '}}')],

  [
    'unknown fields in an entry with a name of 1,000 letters',
    filled(`${'e'.repeat(1_000)}:\n`, (i) => ` ${four(i)}: 1\n`),
  ],
  [
    'ambiguous items below fourteen keys of 1,000 letters',
    filled(
      `${Array.from({ length: 14 }, (_, depth) => `${' '.repeat(depth)}${'k'.repeat(1_000)}:\n`).join('')}${' '.repeat(14)}[`,
      'on,',
      ']',
    ),
  ],

  // Names against each other
  [
    '40,000 aliases, all near a replacement that is none of them',
    filled(
      `${Array.from({ length: 150 }, (_, i) =>
        entry(`r${two(i)}`, `, deprecation: {replacement: aaaa${two(i)}}`),
      ).join('')}e: {state: stable, variants: {}, aliases: [`,
      (i) => `bb${four(i)},`,
      ']}',
    ),
  ],
  [
    'aliases that differ by one letter from every replacement',
    filled(
      `${Array.from({ length: 1_500 }, (_, i) =>
        entry(`r${four(i)}`, `, deprecation: {replacement: abcdefghi${two(i % 1296)}}`),
      ).join('')}e: {state: stable, variants: {}, aliases: [`,
      (i) => `abcdefgh${two(i)},`,
      ']}',
    ),
  ],
  [
    'an alias and a replacement of 120,000 letters that differ in the last',
    `e: {state: stable, variants: {}, aliases: [${'ab'.repeat(60_000)}c], deprecation: {replacement: ${'ab'.repeat(60_000)}d}}`,
  ],
  [
    '2,000 replacements, each nearly a name',
    filledEntries((name, i) => entry(`python-${name}`, `, deprecation: {replacement: python-x${four(i)}}`)),
  ],
  [
    '2,000 replacements in one loop',
    filledEntries((name, i) => entry(name, `, deprecation: {replacement: ${entryName((i + 1) % 2_000)}}`)),
  ],
  [
    '2,000 replacements in a row that leads nowhere',
    filledEntries((name, i) => entry(name, `, deprecation: {replacement: ${entryName(i + 1)}}`)),
  ],
  ['2,000 loops of one', filledEntries((name) => entry(name, `, deprecation: {replacement: ${name}}`))],
  [
    'one alias in all of 2,000 entries',
    filledEntries((name) => entry(name, ', aliases: [a, b, c, d, e, f, g, h]')),
  ],
  ['one alias over and over', filled('e: {state: stable, variants: {}, aliases: [', 'a,', ']}')],
  [
    'aliases that are names of other entries',
    filledEntries((name, i) =>
      entry(
        name,
        `, aliases: [${entryName(i + 1)}, ${entryName(i + 2)}, ${entryName(i + 3)}, ${entryName(i + 4)}]`,
      ),
    ),
  ],
  ['aliases that differ in case', filledEntries((name) => entry(name, ', aliases: [aa, aA, Aa, AA]'))],
  ['one image in all of 2,000 entries', filledEntries((name) => entry(name, ', image: r.example/a'))],
  [
    'one repository on 2,000 hosts',
    filledEntries((name) => entry(name, `, image: ${name.toLowerCase()}.example/a`)),
  ],
  [
    'images in unknown variants of one entry',
    filled('e: {state: stable, variants: {', (i) => `${four(i)}: {image: r.e/${four(i)}},`, '}}'),
  ],
  ['an image of 256 KiB', filled('e: {state: stable, variants: {}, image: r.e/', 'a-', '}')],
  ['an image of a host of 256 KiB', filled('e: {state: stable, variants: {}, image: ', 'a.', '/b}')],
  ['an image of many tags', filled('e: {state: stable, variants: {}, image: r.e/a', ':b', '}')],
  ["a name of JavaScript's, over and over", filled('', '__proto__:\n')],
];

function entryName(index: number): string {
  return `e${four(index)}`;
}

function filledEntries(entryOf: (name: string, index: number) => string): string {
  let text = '';
  for (let index = 0; index < 2_000; index++) {
    const next = entryOf(entryName(index), index);
    if (text.length + next.length > SIZE) break;
    text += next;
  }
  return text;
}

export const hostileCatalogs: readonly HostileCatalog[] = shapes.map(([title, text]) => ({ title, text }));

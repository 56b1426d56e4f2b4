import type { Random } from '../../../support/random.ts';

/** Documents longer than this are cut: PyYAML takes about a millisecond for two hundred bytes. */
const MAX_LENGTH = 300;

type Mutation = (text: string, random: Random, other: () => string) => string;

/** A document with one to four small changes, or sometimes one of loose pieces. */
export function mutated(text: string, random: Random, other: () => string): string {
  let result = random.chance(12) ? looseDocument(random) : text;
  for (let left = 1 + random.below(random.chance(3) ? 4 : 2); left > 0; left--) {
    result = random.of(mutations)(result, random, other);
  }
  return result.length > MAX_LENGTH ? cut(result, random) : result;
}

const PUNCTUATION = ':-?,[]{}#&*!|>\'"%@`\\=~<.+_/'.split('');
const SPACES = [' ', '  ', '    ', '\n', '\n\n', '\r\n', '\t', ' \n', '\n ', '\n  '];
const ODD = [
  ...'\u0000\u0007\u000b\u000c\r\u001b\u007f\u0085\u00a0\u00ad\u2028\u2029\u200b\u202e\u3000\ufeff\ufffd\ufffe\uffff'.split(
    '',
  ),
  'é',
  '中',
  '😀',
  '\u{1fffe}',
  '\ud800',
  '\udc00',
];
const TOKENS = [
  ...[
    ': ',
    '- ',
    '? ',
    ', ',
    ' #',
    '# ',
    ':',
    '-',
    '- - ',
    '[]',
    '{}',
    '[',
    ']',
    '{',
    '}',
    '""',
    "''",
    '"',
    "'",
  ],
  ...[
    '---',
    '...',
    '---\n',
    '...\n',
    '--- ',
    '%YAML 1.1\n',
    '<<',
    '<<: ',
    '=',
    '~',
    '!!str ',
    '! ',
    '&a ',
    '*a',
    '|\n',
    '>-\n',
  ],
  ...[
    'a: ',
    'a:',
    '"a":',
    "'a': ",
    'b: c',
    '[a, b]',
    '{a: b}',
    '{"a":1}',
    '[a: b]',
    '\\',
    '\\n',
    "''",
    ':]',
    ':}',
    ':,',
    '?,',
  ],
];
const LETTERS = 'abcxyzABnNyYeEoOtTfF0123456789'.split('');

/** Scalars that a YAML reader may read as something other than a string, and similar ones. */
export function scalarText(random: Random): string {
  const digits = (most: number): string =>
    Array.from({ length: 1 + random.below(most) }, () => random.of('0123456789'.split(''))).join('');
  const sign = random.of(['', '', '', '-', '+']);
  switch (random.below(12)) {
    case 0:
      return random.of([
        'yes',
        'No',
        'on',
        'OFF',
        'true',
        'True',
        'TRUE',
        'tRue',
        'y',
        'n',
        'Y',
        'N',
        'False',
      ]);
    case 1:
      return random.of([
        'null',
        'Null',
        'NULL',
        '~',
        'nUll',
        '',
        'none',
        '<<',
        '=',
        '.',
        '..',
        '-',
        '+',
        '_',
      ]);
    case 2:
      return sign + digits(random.chance(8) ? 25 : 5);
    case 3:
      return `${sign}${digits(3)}.${random.chance(4) ? '' : digits(4)}`;
    case 4:
      return `${sign}${random.chance(3) ? '' : digits(2)}.${digits(2)}${random.of(['e', 'E'])}${random.of(['', '+', '-'])}${digits(3)}`;
    case 5:
      return `${sign}${digits(2)}${random.of(['e', 'E'])}${random.of(['', '+', '-'])}${digits(2)}`;
    case 6:
      return (
        sign +
        random.of(['0b', '0o', '0x', '0', '0_', '0X', '0B']) +
        random.of([digits(3), '101', '17', 'fF', '', '_', '1_1'])
      );
    case 7:
      return `${sign}${digits(2)}:${digits(2)}${random.of(['', ':00', ':60', '.', '.5', ':1:1'])}`;
    case 8:
      return `${digits(4)}-${digits(2)}-${digits(2)}${random.of(['', ' ', 'T', 't'])}${random.of(['', '1:02:03', '12:30:45.6 Z', '12:30:45 +1'])}`;
    case 9:
      return `20${random.of(['24', '27', '99'])}-${random.of(['01', '13', '1', '02'])}-${random.of(['01', '30', '31', '9'])}`;
    case 10:
      return (
        sign +
        random.of([
          '.inf',
          '.Inf',
          '.INF',
          '.iNf',
          '.nan',
          '.NaN',
          '.NAN',
          '.5',
          '5.',
          '._1',
          '1_0',
          '1__0.5',
          '1._',
        ])
      );
    default: {
      let text = '';
      const alphabet = '0123456789+-._:eExXoObBtTnNfFyY~<= '.split('');
      for (let left = 1 + random.below(8); left > 0; left--) text += random.of(alphabet);
      return text;
    }
  }
}

const anywhere = (text: string, random: Random): number => random.below(text.length + 1);

const insert = (text: string, at: number, piece: string): string =>
  text.slice(0, at) + piece + text.slice(at);

function anyCharacter(random: Random): string {
  const kind = random.below(10);
  if (kind < 4) return random.of(PUNCTUATION);
  if (kind < 7) return random.of(SPACES);
  if (kind < 9) return random.of(LETTERS);
  return random.of(ODD);
}

/** Changes one line of the text, its line break included. */
const onLine =
  (change: (line: string, random: Random) => string): Mutation =>
  (text, random) => {
    const lines = text.split(/(?<=\n)/);
    const index = random.below(lines.length);
    lines[index] = change(lines[index] ?? '', random);
    return lines.join('');
  };

/** Changes one run of letters, digits and the like. */
const onWord =
  (change: (word: string, random: Random) => string): Mutation =>
  (text, random) => {
    const words = [...text.matchAll(/[^\s:,[\]{}#'"]+/g)];
    if (words.length === 0) return text;
    const { index, 0: word } = random.of(words);
    return text.slice(0, index) + change(word, random) + text.slice(index + word.length);
  };

const mutations: readonly Mutation[] = [
  (text, random) => insert(text, anywhere(text, random), anyCharacter(random)),
  (text, random) => insert(text, anywhere(text, random), random.of(TOKENS)),
  (text, random) => insert(text, anywhere(text, random), random.of(SPACES)),
  (text, random) => {
    const at = anywhere(text, random);
    return text.slice(0, at) + text.slice(at + 1 + (random.chance(4) ? random.below(12) : 0));
  },
  (text, random) => {
    const at = anywhere(text, random);
    return text.slice(0, at) + anyCharacter(random) + text.slice(at + 1);
  },
  (text, random) => {
    const at = anywhere(text, random);
    const to = Math.min(text.length, at + random.below(30));
    return insert(text, anywhere(text, random), text.slice(at, to));
  },
  // Words
  onWord((_, random) => scalarText(random)),
  onWord((_, random) => scalarText(random)),
  onWord((word) => `'${word}'`),
  onWord((word) => `"${word}"`),
  onWord((word, random) =>
    random.of([`[${word}]`, `{${word}: x}`, `[${word}, y]`, `{ ${word} }`, `["${word}":z]`]),
  ),
  onWord((word, random) => insert(word, anywhere(word, random), random.of(ODD))),
  onWord((word, random) => insert(word, anywhere(word, random), random.of(PUNCTUATION))),
  onWord(
    (word, random) =>
      word +
      random.of([' ', ' ', '  ', '.']) +
      random.of(['b', word, '1', '#c', ' # d', ':e', '-', '!', '&f', '*g']),
  ),
  onWord(() => ''),
  // Lines
  onLine(() => ''),
  onLine((line) => line + line),
  onLine((line, random) => ' '.repeat(1 + random.below(4)) + line),
  onLine((line, random) => line.slice(random.below(1 + (line.length - line.trimStart().length)))),
  onLine((line, random) =>
    line.replace(
      /\r?\n$/,
      random.of(['', ' ', ',', ', ', ' # c', ': ', ' #\n', ' \n', '\r\n', '\n\n', '\n  \n']),
    ),
  ),
  onLine((line, random) =>
    line.replace(
      /[ ]*(\r?\n)?$/,
      (end) => random.of([" # it's", ' #', '#', ' #: "', '# - ', '\t# c', ' # é ']) + end,
    ),
  ),
  onLine(
    (line, random) =>
      ' '.repeat(random.below(6)) +
      random.of(['# c\n', '#\n', '# "\n', "# it's: - [\n", '\n', '  \n']) +
      line,
  ),
  onLine((line, random) =>
    line.replace(
      /^( *)/,
      (space) =>
        space + random.of(['- ', '- ', '-\n', '-   ', '"b": ', 'b: ', 'b:\n', '? ', ': ', '{', '[', '["']),
    ),
  ),
  onLine((line, random) => insert(line, anywhere(line, random), `\n${' '.repeat(random.below(7))}`)),
  onLine(
    (line, random) =>
      line.replace(/\r?\n$/, '').padEnd(line.length + random.below(4)) + random.of(['\n', '\r\n', '']),
  ),
  (text, random) => {
    const lines = text.split(/(?<=\n)/);
    const [from, to] = [random.below(lines.length), random.below(lines.length)];
    [lines[from], lines[to]] = [lines[to] ?? '', lines[from] ?? ''];
    return lines.join('');
  },
  // Brackets around a stretch, or a stretch in the place of one
  (text, random) => {
    const from = anywhere(text, random);
    const to = Math.min(text.length, from + random.below(40));
    const [open, close] = random.of([
      ['[', ']'],
      ['{', '}'],
      ["'", "'"],
      ['"', '"'],
      ['[ ', ' ]'],
      ['{a: ', '}'],
      [' #', '\n'],
    ] as const);
    return text.slice(0, from) + open + text.slice(from, to) + close + text.slice(to);
  },
  // Two documents in one
  (text, random, other) => text.slice(0, anywhere(text, random)) + cut(other(), random),
  (text, random, other) => {
    const lines = text.split(/(?<=\n)/);
    const inserted = other().split(/(?<=\n)/);
    const from = random.below(inserted.length);
    lines.splice(
      random.below(lines.length + 1),
      random.below(2),
      ...inserted.slice(from, from + 1 + random.below(3)),
    );
    return lines.join('');
  },
  // The whole document
  (text, random) =>
    random.of([
      text.replaceAll(/\r?\n/g, '\r\n'),
      text.replaceAll('\r\n', '\n'),
      `---\n${text}`,
      `${text}\n`,
      text.trimEnd(),
      `# c\n${text}`,
      ` ${text.replaceAll('\n', '\n ')}`,
    ]),
];

/** Starts or ends of a document, at a line or anywhere. */
function cut(text: string, random: Random): string {
  const line = text.indexOf('\n', anywhere(text, random)) + 1;
  const at = random.chance(3) ? anywhere(text, random) : line;
  return (random.chance(2) ? text.slice(at) : text.slice(0, at)).slice(0, MAX_LENGTH);
}

const PIECES = [
  ...[
    'a',
    'b',
    'c',
    'a: ',
    'b: ',
    '"a": ',
    "'b': ",
    '- ',
    '-\n',
    ': ',
    ':',
    '?',
    ',',
    ', ',
    '[',
    ']',
    '{',
    '}',
    '\n',
    '\n',
  ],
  ...[
    '\n  ',
    '\n ',
    '\n    ',
    ' ',
    '  ',
    '""',
    "''",
    '"a"',
    "'b'",
    '#',
    ' # c',
    '1',
    '-',
    '\n- ',
    '\n  - ',
    '\na: ',
    '\n  a: ',
  ],
];

/** Random pieces in sequence. They are short, so that every small construct occurs. */
function looseDocument(random: Random): string {
  let text = random.chance(3) ? '' : 'a: ';
  for (let left = 2 + random.below(10); left > 0; left--) text += random.of(PIECES);
  return text;
}

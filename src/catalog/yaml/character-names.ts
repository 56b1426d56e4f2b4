/**
 * Characters that look like a space or like nothing: spaces other than U+0020, format characters, separators, fillers and
 * variation selectors. Word processors, chats and web pages put them into text that is copied from there.
 */
const INVISIBLE = /(?! )[\p{Zs}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|\u034f|[\ufe00-\ufe0f]/u;

/** The characters of `INVISIBLE` that take the place of a space. */
const SPACE = /[\p{Zs}\u2800]/u;

/** As wide as two letters. */
const WIDE_SPACE = '\u3000';

/** The first invisible character of a text, and its index. */
export function firstInvisible(
  text: string,
): { readonly character: string; readonly index: number } | undefined {
  const found = INVISIBLE.exec(text);
  return found ? { character: found[0], index: found.index } : undefined;
}

/** The text with ordinary spaces for wide and no-break ones, and without the other invisible characters. */
export const withoutInvisible = (text: string): string =>
  Array.from(text, (character) => {
    if (!INVISIBLE.test(character)) return character;
    if (character === WIDE_SPACE) return '  ';
    return SPACE.test(character) ? ' ' : '';
  }).join('');

/** What messages call a character: `a NO-BREAK SPACE (U+00A0)`, or `the character U+001B`. */
export function characterName(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  const name = NAMES.get(point);
  if (name === undefined) return `the character ${code}`;
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name} (${code})`;
}

/** Unicode names, of those characters that people meet. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xa0, 'NO-BREAK SPACE'],
  [0xad, 'SOFT HYPHEN'],
  [0x34f, 'COMBINING GRAPHEME JOINER'],
  [0x61c, 'ARABIC LETTER MARK'],
  [0x1680, 'OGHAM SPACE MARK'],
  [0x180e, 'MONGOLIAN VOWEL SEPARATOR'],
  ...inOrder(0x2000, [
    'EN QUAD',
    'EM QUAD',
    'EN SPACE',
    'EM SPACE',
    'THREE-PER-EM SPACE',
    'FOUR-PER-EM SPACE',
    'SIX-PER-EM SPACE',
    'FIGURE SPACE',
    'PUNCTUATION SPACE',
    'THIN SPACE',
    'HAIR SPACE',
    'ZERO WIDTH SPACE',
    'ZERO WIDTH NON-JOINER',
    'ZERO WIDTH JOINER',
    'LEFT-TO-RIGHT MARK',
    'RIGHT-TO-LEFT MARK',
    'HYPHEN',
    'NON-BREAKING HYPHEN',
    'FIGURE DASH',
    'EN DASH',
    'EM DASH',
  ]),
  [0x2022, 'BULLET'],
  ...inOrder(0x202a, [
    'LEFT-TO-RIGHT EMBEDDING',
    'RIGHT-TO-LEFT EMBEDDING',
    'POP DIRECTIONAL FORMATTING',
    'LEFT-TO-RIGHT OVERRIDE',
    'RIGHT-TO-LEFT OVERRIDE',
    'NARROW NO-BREAK SPACE',
  ]),
  [0x205f, 'MEDIUM MATHEMATICAL SPACE'],
  ...inOrder(0x2060, [
    'WORD JOINER',
    'FUNCTION APPLICATION',
    'INVISIBLE TIMES',
    'INVISIBLE SEPARATOR',
    'INVISIBLE PLUS',
  ]),
  ...inOrder(0x2066, [
    'LEFT-TO-RIGHT ISOLATE',
    'RIGHT-TO-LEFT ISOLATE',
    'FIRST STRONG ISOLATE',
    'POP DIRECTIONAL ISOLATE',
  ]),
  [0x2212, 'MINUS SIGN'],
  [0x2800, 'BRAILLE PATTERN BLANK'],
  [0x3000, 'IDEOGRAPHIC SPACE'],
  [0x3164, 'HANGUL FILLER'],
  ...inOrder(
    0xfe00,
    Array.from({ length: 16 }, (_, index) => `VARIATION SELECTOR-${index + 1}`),
  ),
  [0xfeff, 'ZERO WIDTH NO-BREAK SPACE'],
  [0xff1a, 'FULLWIDTH COLON'],
]);

function inOrder(first: number, names: readonly string[]): [number, string][] {
  return names.map((name, index) => [first + index, name]);
}

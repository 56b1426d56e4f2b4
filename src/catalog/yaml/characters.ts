import type { Span } from '../positions.ts';
import { characterName } from './character-names.ts';

/** A part of the text that readers refuse or read differently. */
export interface YamlFinding {
  /** `syntax`: PyYAML refuses it. `feature`: a construct outside the common subset. */
  readonly kind: 'syntax' | 'feature';
  readonly at: Span;
  readonly what: string;
  /** `{lines}` stands for the lines of `lines`, such as `line 4` or `lines 4 to 7`. */
  readonly remedy: string;
  /** From a place in the first line to one in the last. */
  readonly lines?: Span;
}

/**
 * Characters that readers disagree on or people do not see. PyYAML ends a comment at U+0085, U+2028, U+2029 and at a
 * bare CR, so the rest of the line becomes an entry; it refuses other control characters and lone surrogates.
 * Bidirectional controls display text in another order.
 */
const HIDING =
  /(?![\t\n\r])\p{Cc}|\r(?!\n)|[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Cs}/u;

const NAMES: Readonly<Record<string, string>> = {
  '\r': 'a carriage return without a line feed',
  '\u0085': 'a next-line character (U+0085)',
  '\u2028': 'a line separator (U+2028)',
  '\u2029': 'a paragraph separator (U+2029)',
  '\ufeff': 'a byte order mark (U+FEFF)',
};

/** The first hiding character of each line. One finding is enough for people to check the line. */
export function* hidingCharacters(text: string): Iterable<YamlFinding> {
  if (!HIDING.test(text)) return;
  let start = 0;
  for (const line of text.split('\n')) {
    // The CR of a CRLF has lost its LF to the split, except on the last line.
    const body = line.endsWith('\r') && start + line.length < text.length ? line.slice(0, -1) : line;
    const found = HIDING.exec(body);
    if (found) yield finding(start + found.index, found[0]);
    start += line.length + 1;
  }
}

function finding(start: number, character: string): YamlFinding {
  return {
    kind: 'feature',
    at: { start, end: start + character.length },
    what: NAMES[character] ?? characterName(character),
    remedy: 'delete it: readers disagree on what it does to the line, and people do not see it',
  };
}

import { UNPRINTABLE } from '../../catalog/wording.ts';

/** Text from outside, for one line of a terminal: a character that could steer the terminal or break the line becomes U+FFFD. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, '\ufffd');

/** The same for text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** A message for stderr; it may have several lines. */
export const errorText = (message: string): string => `error: ${printableLines(message)}\n`;

/** A remark for stderr that is no failure. */
export const noteText = (message: string): string => `note: ${printableLines(message)}\n`;

/**
 * The JSON of every verb and format. A reader gets the value back exactly; characters that could steer a terminal are
 * escaped.
 */
export const toJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(UNPRINTABLE, escaped)}\n`;

/** JSON.stringify leaves C1 controls and format characters as they are; line feeds stand only between its tokens. */
const escaped = (character: string): string =>
  character === '\n'
    ? character
    : Array.from(
        { length: character.length },
        (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
      ).join('');

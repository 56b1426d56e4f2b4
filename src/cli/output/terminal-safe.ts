import { UNPRINTABLE } from '../../catalog/wording.ts';
import { jsonText } from '../../json.ts';

/** Text from outside, for one line of a terminal: a character that could steer the terminal or break the line becomes U+FFFD. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, '\ufffd');

/** The same for text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** A message for stderr; it may have several lines. */
export const errorText = (message: string): string => `error: ${printableLines(message)}\n`;

/** A remark for stderr that is no failure. */
export const noteText = (message: string): string => `note: ${printableLines(message)}\n`;

/** The JSON of every verb and format. */
export const toJson = (value: unknown): string => jsonText(value, 2);

import { UNPRINTABLE } from './catalog/wording.ts';

/**
 * JSON with an end of line. A reader gets the value back exactly. Characters that could steer a terminal, or change the
 * direction of a text, are escaped: JSON.stringify leaves C1 controls and format characters as they are.
 */
export const jsonText = (value: unknown, indent?: number): string =>
  `${JSON.stringify(value, null, indent).replace(UNPRINTABLE, escaped)}\n`;

/** With an indent, line feeds stand between tokens; those in strings are escaped already. */
const escaped = (character: string): string =>
  character === '\n'
    ? character
    : Array.from(
        { length: character.length },
        (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
      ).join('');

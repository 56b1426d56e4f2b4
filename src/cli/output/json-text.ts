import { UNPRINTABLE } from '../../catalog/wording.ts';

/** As JSON for programs, exact to the letter; what would steer a terminal is escaped, so that people may look at it, too. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(UNPRINTABLE, escaped)}\n`;

/** Line ends are the only control characters that are not inside of a string. */
const escaped = (character: string): string =>
  character === '\n'
    ? character
    : Array.from(
        { length: character.length },
        (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
      ).join('');

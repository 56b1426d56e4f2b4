import { Option } from 'commander';
import { byteSize, sizeText, wholeNumber } from './values.ts';

export const VARIABLE_PREFIX = 'IMAGE_CONFIG_';

/**
 * An option that is an environment variable, too: `--tls-port` is IMAGE_CONFIG_TLS_PORT. Commander's own `.env()` is not
 * used, since it reads `process.env` instead of `Io`.
 */
export class Setting extends Option {
  #repeatable = false;

  get variable(): string {
    return VARIABLE_PREFIX + this.name().replaceAll('-', '_').toUpperCase();
  }

  parser(parse: (text: string) => unknown): this {
    return this.argParser(parse);
  }

  /** Makes the option repeatable; the variable holds the whole list, separated by commas. */
  collect(): this {
    this.#repeatable = true;
    return this.default([], 'none').argParser((value, previous: readonly string[]) => [...previous, value]);
  }

  /** The value of the variable's text. Throws like the option's own parser. */
  read(text: string): unknown {
    if (this.#repeatable) return text.split(',');
    return this.parseArg ? this.parseArg(text, undefined) : text;
  }
}

export const sizeSetting = (
  flags: string,
  description: string,
  value: number,
  [least, most]: readonly [number, number],
): Setting => new Setting(flags, description).default(value, sizeText(value)).parser(byteSize(least, most));

export const countSetting = (
  flags: string,
  description: string,
  value: number,
  [least, most]: readonly [number, number],
): Setting => new Setting(flags, description).default(value).parser(wholeNumber(least, most));

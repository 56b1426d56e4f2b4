import { InvalidArgumentError } from 'commander';
import { isCalendarDate } from '../../catalog/entry.ts';

/**
 * Readers of option values. Each refuses with what was expected; commander, or `environment.ts`, says before it what
 * was found and where.
 */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** A size in bytes, with `KiB` or `MiB` where that reads better. */
export function byteSize(least: number, most: number): (text: string) => number {
  return (text) => {
    const [, digits, unit] = /^(\d{1,12})(KiB|MiB)?$/.exec(text) ?? [];
    const size = Number(digits) * (unit === 'MiB' ? MIB : unit === 'KiB' ? KIB : 1);
    if (size >= least && size <= most) return size;
    throw new InvalidArgumentError(
      `Expected a size from ${sizeText(least)} to ${sizeText(most)}, such as 262144, 256KiB or 8MiB.`,
    );
  };
}

export function sizeText(size: number): string {
  if (size % MIB === 0) return `${size / MIB}MiB`;
  return size % KIB === 0 ? `${size / KIB}KiB` : String(size);
}

/** `a,b,c`, each of which has to match. */
export function listOf(item: RegExp, expected: string): (text: string) => string[] {
  return (text) => {
    const items = text.split(',').map((part) => part.trim());
    const wrong = items.find((part) => !item.test(part));
    if (wrong === undefined) return [...new Set(items)];
    throw new InvalidArgumentError(
      `Expected ${expected}, separated by commas; found ${JSON.stringify(wrong)}.`,
    );
  };
}

/** A day that exists, as YYYY-MM-DD. */
export function date(text: string): string {
  if (isCalendarDate(text)) return text;
  throw new InvalidArgumentError('Expected a day that exists, as YYYY-MM-DD.');
}

/** Labels that an object has, all of them: `key=value`, separated by commas. */
export function labelSelector(text: string): string {
  const label = /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}=[A-Za-z0-9._-]{1,63}$/;
  if (text.split(',').every((part) => label.test(part))) return text;
  throw new InvalidArgumentError('Expected labels such as tenancy=tool, separated by commas.');
}

/** What names of objects have in common with DNS (RFC 1123): they become parts of paths and of host names. */
export function kubernetesName(text: string): string {
  if (text.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError(
    'Expected a name of up to 63 lower-case letters, digits and -, such as image-config-admission.',
  );
}

/** It ends warnings, of which at most 256 bytes are shown. */
const LONGEST_ADDRESS = 200;

/** As people follow it: ASCII, no spaces. */
export function webAddress(text: string): string {
  if (text.length <= LONGEST_ADDRESS && /^https?:\/\/[!-~]+$/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError(
    `Expected a URL of up to ${LONGEST_ADDRESS} characters, such as https://wikitech.wikimedia.org/wiki/Help:Toolforge.`,
  );
}

/** As in the annotation, with or without the digest behind `@` that a refusal prints: a file has no text that is stored. */
export const acknowledgementList = (text: string): string[] =>
  listOf(/^[^\s,@]+$/, 'names such as python2,tf-python2')(text.replace(/@[0-9a-f]{12,64}$/, ''));

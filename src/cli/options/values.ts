import { InvalidArgumentError } from 'commander';
import { isCalendarDate } from '../../catalog/entry.ts';
import { ANY_CLIENT, type ClientPrecedence } from '../../catalog/lookup.ts';

// Parsers of option values. The error message of each says which value it expects; commander or `environment.ts` puts the
// option and its value before it.

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

export const KIB = 1024;
export const MIB = 1024 * KIB;

/** A size in bytes; `KiB` and `MiB` are units. */
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

/** A parser for lists such as `a,b,c`. Each item must match `item`. */
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

/** A date of the calendar, as YYYY-MM-DD. */
export function date(text: string): string {
  if (isCalendarDate(text)) return text;
  throw new InvalidArgumentError('Expected a date of the calendar, as YYYY-MM-DD.');
}

/** A label selector: `key=value`, separated by commas; an object needs all of them. */
export function labelSelector(text: string): string {
  const label = /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}=[A-Za-z0-9._-]{1,63}$/;
  if (text.split(',').every((part) => label.test(part))) return text;
  throw new InvalidArgumentError('Expected labels such as tenancy=tool, separated by commas.');
}

/** A DNS label (RFC 1123), since names of objects become parts of paths and of host names. */
export function kubernetesName(text: string): string {
  if (text.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError(
    'Expected a name of up to 63 lower-case letters, digits and -, such as image-config-admission.',
  );
}

/** Characters. Warnings end with the address, and a warning has at most 256 bytes. */
const LONGEST_ADDRESS = 200;

/** A web address in ASCII without spaces, so that people can follow it from a terminal. */
export function webAddress(text: string): string {
  if (text.length <= LONGEST_ADDRESS && /^https?:\/\/[!-~]+$/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError(
    `Expected a URL of up to ${LONGEST_ADDRESS} characters, such as https://wikitech.wikimedia.org/wiki/Help:Toolforge.`,
  );
}

/**
 * A list as in the annotation. A refusal prints it with `@` and the digest of the stored text; the digest is dropped, since a
 * file has no stored text.
 */
export const acknowledgementList = (text: string): string[] =>
  listOf(/^[^\s,@]+$/, 'names such as python2,tf-python2')(text.replace(/@[0-9a-f]{12,64}$/, ''));

const PRECEDENCE_EXAMPLE = 'webservice=webservice,image; *=image,jobs-framework';
/** The value of a label: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const CLIENT = /^(\*|[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)$/;
const SOURCE = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** `CLIENT=SOURCE,SOURCE;CLIENT=…`; `*` is every other client and is required. */
export function clientPrecedence(text: string): ClientPrecedence {
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(precedencePart);
  const clients = parts.map(([client]) => client);
  const twice = clients.find((client, index) => clients.indexOf(client) !== index);
  if (twice !== undefined) throw refusal(`"${twice}" occurs twice`);
  if (!clients.includes(ANY_CLIENT))
    throw refusal(`there is no part "${ANY_CLIENT}=…" for all other clients`);
  return Object.fromEntries(parts);
}

function precedencePart(part: string): [client: string, sources: string[]] {
  const [client = '', list, ...rest] = part.split('=').map((side) => side.trim());
  if (list === undefined || rest.length > 0)
    throw refusal(`${JSON.stringify(part)} is not CLIENT=SOURCE,SOURCE`);
  if (!CLIENT.test(client))
    throw refusal(`${JSON.stringify(client)} is not a value of the label app.kubernetes.io/managed-by`);
  const sources = list.split(',').map((source) => source.trim());
  const wrong = sources.find((source) => !SOURCE.test(source));
  if (wrong !== undefined)
    throw refusal(`${JSON.stringify(wrong)} is neither "image" nor the name of a variant`);
  return [client, sources];
}

const refusal = (found: string) =>
  new InvalidArgumentError(`Expected a list such as "${PRECEDENCE_EXAMPLE}"; ${found}.`);

/** A precedence as the text of `--precedence`: `client=source,source; …`. */
export const precedenceText = (precedence: ClientPrecedence): string =>
  Object.entries(precedence)
    .map(([client, sources]) => `${client}=${sources.join(',')}`)
    .join('; ');

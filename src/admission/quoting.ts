import { UNPRINTABLE } from '../catalog/wording.ts';

/**
 * Quotes text of a request for a message: on one line, cut to 80 characters, and with a replacement for each character that
 * controls a terminal or the direction of writing.
 */
export function quoted(text: string): string {
  const shortened = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
  return JSON.stringify(shortened.replace(UNPRINTABLE, '\uFFFD'));
}

/** Characters. A short name has at most 63; an image URL may be cut. */
const MAX_LENGTH = 80;

/** Describes a JSON value in a message: `a list`, `"CREAT"`, `null`. */
export function found(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

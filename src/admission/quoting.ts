import { UNPRINTABLE } from '../catalog/wording.ts';

/**
 * Outside text within a sentence of ours: quoted, on one line, at most 80 characters of it, and without what would
 * steer a terminal or turn the direction of writing.
 */
export function quoted(text: string): string {
  const shortened = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
  return JSON.stringify(shortened.replace(UNPRINTABLE, '\uFFFD'));
}

/** A short name has up to 63 characters, an image URL may be cut. */
const MAX_LENGTH = 80;

/** What a JSON value is, for people: `a list`, `"CREAT"`, `null`. */
export function found(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

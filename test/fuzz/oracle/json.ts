import { Buffer, isUtf8 } from 'node:buffer';

/** JSON that is not validated yet. */
// biome-ignore lint/suspicious/noExplicitAny: it may have any shape, and is checked step by step
export type Json = any;

export const isObject = (value: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The own value under a key: `constructor` and `__proto__` are ordinary keys. */
export const own = (object: Json, key: string): Json =>
  isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;

/** Go omits an empty value, or writes null. */
export const isAbsent = (value: Json): boolean => value === undefined || value === null;
export const isTextOrAbsent = (value: Json): boolean => isAbsent(value) || typeof value === 'string';

/** The parsed value; undefined if the bytes are not JSON in UTF-8. A byte order mark is allowed. */
export function readJson(bytes: Uint8Array): Json {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes).toString();
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** The nesting depth of a JSON text, including the values of repeated keys, which parsing drops. */
export function nestingOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  const withoutTexts = Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/"(?:[^"\\]|\\.)*"/gs, '');
  for (const character of withoutTexts) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}

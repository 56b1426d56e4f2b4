import { Buffer, isUtf8 } from 'node:buffer';

/** JSON that nobody has looked at yet. */
// biome-ignore lint/suspicious/noExplicitAny: it may have any shape, and asking it step by step is all that is done here
export type Json = any;

export const isObject = (value: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an object itself has under a key: `constructor` and `__proto__` are keys like any other. */
export const own = (object: Json, key: string): Json =>
  isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;

/** Go leaves out what is empty, or writes null. */
export const isAbsent = (value: Json): boolean => value === undefined || value === null;
export const isTextOrAbsent = (value: Json): boolean => isAbsent(value) || typeof value === 'string';

/** The value that bytes stand for; undefined where they are no JSON in UTF-8. A mark of the byte order is let pass. */
export function readJson(bytes: Uint8Array): Json {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes).toString();
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** How deep the brackets in a text of JSON are nested, those of a repeated key included, which its value does not show. */
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

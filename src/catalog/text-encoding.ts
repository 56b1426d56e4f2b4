import { isUtf8 } from 'node:buffer';

export type TextEncoding = 'UTF-8' | 'UTF-16' | 'unknown';

/** How bytes encode a text. Windows PowerShell writes UTF-16, which begins with a byte order mark. */
export function encodingOf(bytes: Uint8Array): TextEncoding {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'UTF-16';
  return isUtf8(bytes) ? 'UTF-8' : 'unknown';
}

/** The command that prints a file in UTF-8. An unknown encoding is mostly the Latin-1 of an old editor. */
export const conversionOf = (encoding: TextEncoding, file: string): string =>
  `iconv -f ${encoding === 'UTF-16' ? 'UTF-16' : 'ISO-8859-1'} -t UTF-8 ${file}`;

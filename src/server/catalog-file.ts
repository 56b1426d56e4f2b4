import { type FileHandle, open } from 'node:fs/promises';
import type { Found } from './live-catalog.ts';

/** Far more than a catalog may have, so that the catalog's own check says by how much it is too large. */
const READ_AT_MOST = 16 * 1024 * 1024;

// A byte order mark is kept: the catalog's own check has an opinion of it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the catalog from a file. Never rejects. */
export async function readCatalogFile(file: string): Promise<Found> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const { size } = await handle.stat();
    if (size > READ_AT_MOST)
      return { kind: 'unreadable', fault: `${file} has ${size} bytes: this is no catalog` };
    return { kind: 'text', text: utf8.decode(await handle.readFile()) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'absent' };
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { kind: 'unreadable', fault: `${file} is not UTF-8` };
    return { kind: 'unreadable', fault: message };
  } finally {
    await handle?.close();
  }
}

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ObservedCatalog } from './live-catalog.ts';

/** Far more than a catalog may have, so that the catalog's own check says by how much it is too large. */
const READ_AT_MOST = 16 * 1024 * 1024;

// A byte order mark is kept: the catalog's own check has an opinion of it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Without it, opening a named pipe would wait for its writer, and nobody could call that off.
const { O_RDONLY, O_NONBLOCK } = constants;

/** Reads the catalog from a regular file, or what a link to one leads to. Never rejects. */
export async function readCatalogFile(file: string, atMost = READ_AT_MOST): Promise<ObservedCatalog> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, O_RDONLY | O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) return { kind: 'unreadable', fault: `${file} is no regular file`, seen: false };
    const bytes = await readUpTo(handle, atMost);
    if (!bytes)
      return {
        kind: 'unreadable',
        fault: `${file} has more than ${atMost} bytes: this is no catalog`,
        seen: true,
      };
    return { kind: 'text', text: utf8.decode(bytes) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'absent', fault: `${file}: no such file` };
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { kind: 'unreadable', fault: `${file} is not UTF-8`, seen: true };
    return { kind: 'unreadable', fault: message, seen: false };
  } finally {
    await handle?.close().catch(() => {});
  }
}

/** Counts what comes: a file may grow while it is read, and those of a pseudo file system say that they have no bytes. */
async function readUpTo(handle: FileHandle, atMost: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // The last byte is `end` itself, one more than is wanted.
  for await (const chunk of handle.createReadStream({ end: atMost, autoClose: false })) {
    chunks.push(chunk);
    length += chunk.length;
  }
  return length > atMost ? undefined : Buffer.concat(chunks);
}

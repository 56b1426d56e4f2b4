import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ObservedCatalog } from './live-catalog.ts';

/** Far more than a catalog may have, so that the catalog's own check says by how much it is too large. */
const READ_AT_MOST = 16 * 1024 * 1024;

// Keeps a byte order mark: the catalog's own check reports it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Without O_NONBLOCK, opening a named pipe would wait for a writer, and could not be cancelled.
const { O_RDONLY, O_NONBLOCK } = constants;

/** Reads the catalog from a regular file, or through a link to one. Never rejects. */
export async function readCatalogFile(file: string, atMost = READ_AT_MOST): Promise<ObservedCatalog> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, O_RDONLY | O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) return { kind: 'unreadable', fault: `${file} is not a regular file`, seen: false };
    const bytes = await readUpTo(handle, atMost);
    if (!bytes)
      return {
        kind: 'unreadable',
        fault: `${file} has more than ${atMost} bytes: not a catalog`,
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

/** Counts the bytes it reads: a file may grow meanwhile, and those of a pseudo file system claim to have none. */
async function readUpTo(handle: FileHandle, atMost: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // `end` is inclusive: one byte more than allowed, to notice a larger file.
  for await (const chunk of handle.createReadStream({ end: atMost, autoClose: false })) {
    chunks.push(chunk);
    length += chunk.length;
  }
  return length > atMost ? undefined : Buffer.concat(chunks);
}

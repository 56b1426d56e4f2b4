import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { conversionOf, encodingOf } from '../catalog/text-encoding.ts';
import { UsageError } from './command-result.ts';
import type { Io } from './io.ts';

/**
 * The API server takes objects of up to 3 MiB, and a review of one grows to 25 MB at most; rendered manifests of a whole
 * cluster stay below this limit, too. A larger or endless file (/dev/zero) is no input for this program.
 */
const MAX_INPUT_BYTES = 64 * 1024 * 1024;

/** Throws `UsageError` when `-` stands for more than one input. */
export function refuseSecondStdin(...paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError('standard input can be read only once');
}

/** The text of a file, or of standard input for `-`. Throws `UsageError` when the input is missing, unreadable, not UTF-8, or over 64 MiB. */
export async function readInput(path: string, io: Pick<Io, 'stdin'>): Promise<string> {
  const bytes = await readBytes(path, path === '-' ? io.stdin : createReadStream(path));
  const encoding = encodingOf(bytes);
  if (encoding !== 'UTF-8')
    throw new UsageError(
      `cannot read ${inputName(path)}: ${firstBadLine(bytes)} is not UTF-8 text. To convert it: ${conversionOf(encoding, path)}`,
    );
  // A leading byte order mark is kept: positions count it, and the catalog's reader reports it.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

export const inputName = (path: string): string => (path === '-' ? 'standard input' : path);

async function readBytes(path: string, source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.byteLength;
      if (size > MAX_INPUT_BYTES) throw new Error(`larger than ${MAX_INPUT_BYTES / 1024 / 1024} MiB`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw new UsageError(`cannot read ${inputName(path)}: ${whatHappened(error)}`, { cause: error });
  }
  return Buffer.concat(chunks);
}

const inWords: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'a part of its path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EEXIST: 'a file of that name exists',
};

/** The system's error in words, for a message that already names the file. */
export function whatHappened(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return inWords[code ?? ''] ?? message;
}

/** A line break is never part of a longer UTF-8 sequence, so each line can be checked on its own. */
function firstBadLine(bytes: Uint8Array): string {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return `line ${line}`;
    start = end + 1;
  }
}

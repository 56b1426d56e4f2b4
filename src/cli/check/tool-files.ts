import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { whatHappened } from '../read-input.ts';

/** A file to check. `named` is false for one that was found in a directory. */
export interface ToolFilePath {
  readonly path: string;
  readonly named: boolean;
}

/**
 * The files of a command line: each named file, and of each directory the YAML files and the files of webservice, sorted. No
 * symbolic link of a directory is followed, so a walk ends. A directory that cannot be read counts as a file.
 */
export function* toolFilesIn(path: string): Iterable<ToolFilePath> {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isDirectory) yield* filesBelow(path);
  else yield { path, named: true };
}

function* filesBelow(directory: string): Iterable<ToolFilePath> {
  const entries = entriesOf(directory);
  if (!entries) return yield { path: directory, named: true };
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && !OTHER_FOLDERS.has(entry.name)) yield* filesBelow(path);
    else if (entry.isFile() && OUR_NAMES.test(entry.name)) yield { path, named: false };
  }
}

function entriesOf(directory: string): Dirent[] | undefined {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

const OUR_NAMES = /\.ya?ml$|^service\.(?:template|manifest)$/;

/** Folders with files of others: of git, and of packages. */
const OTHER_FOLDERS: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/** A file of a tool has a few KiB, a stream of manifests some hundred. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The text of a regular file, or why it is not read. A leading byte order mark is kept: positions count it. */
export function readToolFile(path: string): { readonly text: string } | { readonly reason: string } {
  let file: number | undefined;
  try {
    // O_NONBLOCK: a FIFO would wait for a writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) return { reason: 'it is no regular file' };
    if (stats.size > MAX_FILE_BYTES) return { reason: 'it is larger than 1 MiB' };
    const bytes = readUpTo(file, MAX_FILE_BYTES + 1);
    if (bytes.length > MAX_FILE_BYTES) return { reason: 'it is larger than 1 MiB' };
    if (!isUtf8(bytes)) return { reason: 'it is not UTF-8 text' };
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    return { reason: whatHappened(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The size of a file may change while it is read. */
function readUpTo(file: number, size: number): Buffer {
  const bytes = Buffer.alloc(Math.min(size, fstatSync(file).size + 1));
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = readSync(file, bytes, length, bytes.length - length, null);
  return bytes.subarray(0, length);
}

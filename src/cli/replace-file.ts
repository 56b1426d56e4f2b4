import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { whatHappened } from './read-input.ts';

/**
 * Replaces a file that still has the text `before`. The new text is complete in a file beside before it takes the name, so a
 * reader never sees half of it. Returns why the file is left as it is; undefined after success.
 *
 * A symbolic link, a second name (hard link), another owner or a read-only mode all say that the file is not this user's alone
 * to change.
 */
export function replaceFile(path: string, before: string, after: string): string | undefined {
  let old: number | undefined;
  try {
    // O_NONBLOCK: a FIFO would wait for a writer.
    old = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(old, { bigint: true });
    const refusal = refusalOf(stats);
    if (refusal !== undefined) return refusal;
    if (!readFileSync(old).equals(Buffer.from(before))) return CHANGED;
    return writeBeside(path, stats, after);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ELOOP' ? 'it is a symbolic link' : whatHappened(error);
  } finally {
    if (old !== undefined) closeSync(old);
  }
}

const CHANGED = 'it has changed meanwhile';

function refusalOf(stats: BigIntStats): string | undefined {
  if (!stats.isFile()) return 'it is no regular file';
  if (stats.nlink !== 1n) return 'it has more than one name (hard links), and an edit would separate them';
  return (stats.mode & OWNER_WRITES) === 0n ? 'it is read-only' : undefined;
}

const OWNER_WRITES = 0o200n;

function writeBeside(path: string, stats: BigIntStats, text: string): string | undefined {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = openSync(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  let isOpen = true;
  let isRenamed = false;
  try {
    const own = fstatSync(file, { bigint: true });
    // The new file belongs to this user, root included.
    if (own.uid !== stats.uid) return 'it belongs to another user, and only that user may change it';
    if (own.gid !== stats.gid) fchownSync(file, Number(stats.uid), Number(stats.gid));
    writeFileSync(file, text);
    fchmodSync(file, Number(stats.mode & 0o7777n));
    fsyncSync(file);
    closeSync(file);
    isOpen = false;
    if (!isSameFile(stats, lstatSync(path, { bigint: true }))) return CHANGED;
    renameSync(beside, path);
    isRenamed = true;
    return undefined;
  } finally {
    if (isOpen) closeSync(file);
    if (!isRenamed) unlinkSync(beside);
  }
}

const isSameFile = (one: BigIntStats, other: BigIntStats): boolean =>
  one.dev === other.dev &&
  one.ino === other.ino &&
  one.nlink === other.nlink &&
  one.size === other.size &&
  one.mtimeNs === other.mtimeNs &&
  one.ctimeNs === other.ctimeNs;

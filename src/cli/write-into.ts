import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from './command-result.ts';

export interface WrittenFile {
  /** Relative to the directory. */
  readonly path: string;
  readonly text: string;
}

/** Writes files into a new or empty directory, so that none of an older run stays, and resolves to their number. */
export async function writeInto(directory: string, files: Iterable<WrittenFile>): Promise<number> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0)
    throw new UsageError(`${directory} is not empty; give a new or an empty directory`);
  const made = new Set<string>();
  let written = 0;
  for (const some of inBatches(files, WRITES)) {
    for (const folder of new Set(some.map(({ path }) => join(directory, dirname(path)))))
      if (!made.has(folder)) await mkdir(folder, { recursive: true }).then(() => made.add(folder));
    await Promise.all(some.map(({ path, text }) => writeFile(join(directory, path), text, { flag: 'wx' })));
    written += some.length;
  }
  return written;
}

/** Files that are written at the same time. */
const WRITES = 64;

function* inBatches<Item>(items: Iterable<Item>, size: number): Iterable<readonly Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

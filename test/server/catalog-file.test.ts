import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogFile } from '../../src/server/catalog-file.ts';
import { temporaryDirectory } from '../support/temporary.ts';

test('a file is its text, a byte order mark included', async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'images.yaml');
  await writeFile(file, '\uFEFFgrün: {}\n');
  expect(await readCatalogFile(file)).toEqual({ kind: 'text', text: '\uFEFFgrün: {}\n' });
});

test('no file is no catalog', async () => {
  await using directory = await temporaryDirectory();
  expect(await readCatalogFile(join(directory.path, 'images.yaml'))).toEqual({ kind: 'absent' });
});

test('what is no text is said to be none', async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'images.yaml');
  await writeFile(file, Buffer.from([0x61, 0xff]));
  expect(await readCatalogFile(file)).toEqual({ kind: 'unreadable', fault: `${file} is not UTF-8` });
  await writeFile(file, Buffer.alloc(16 * 1024 * 1024 + 1));
  expect(await readCatalogFile(file)).toEqual({
    kind: 'unreadable',
    fault: `${file} has 16777217 bytes: this is no catalog`,
  });
  await mkdir(join(directory.path, 'directory'));
  expect(await readCatalogFile(join(directory.path, 'directory'))).toMatchObject({ kind: 'unreadable' });
});

import { execFileSync } from 'node:child_process';
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogFile } from '../../src/server/catalog-file.ts';
import { temporaryDirectory } from '../support/temporary.ts';

describe('readCatalogFile', () => {
  test('reads the text of a file, with its byte order mark', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'images.yaml');
    await writeFile(file, '\uFEFFgrün: {}\n');
    expect(await readCatalogFile(file)).toEqual({ kind: 'text', text: '\uFEFFgrün: {}\n' });
  });

  test('a missing file is absent', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'images.yaml');
    expect(await readCatalogFile(file)).toEqual({ kind: 'absent', fault: `${file}: no such file` });
  });

  test('a file that cannot be opened is unreadable and not seen', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'file'), '');
    expect(await readCatalogFile(join(directory.path, 'file', 'images.yaml'))).toEqual({
      kind: 'unreadable',
      fault: expect.stringContaining('ENOTDIR'),
      seen: false,
    });
  });

  test('a file that is not UTF-8, or too large, is unreadable and seen', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'images.yaml');
    await writeFile(file, Buffer.from([0x61, 0xff]));
    const notUtf8 = { kind: 'unreadable', fault: `${file} is not UTF-8`, seen: true };
    expect(await readCatalogFile(file)).toEqual(notUtf8);
    await writeFile(file, Buffer.alloc(16 * 1024 * 1024 + 1));
    expect(await readCatalogFile(file)).toEqual({
      kind: 'unreadable',
      fault: `${file} has more than 16777216 bytes: not a catalog`,
      seen: true,
    });
  });

  test('reads a file of exactly the limit', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'images.yaml');
    await writeFile(file, 'a: {}');
    expect(await readCatalogFile(file, 5)).toEqual({ kind: 'text', text: 'a: {}' });
    expect(await readCatalogFile(file, 4)).toMatchObject({ kind: 'unreadable', seen: true });
    await writeFile(file, '');
    expect(await readCatalogFile(file)).toEqual({ kind: 'text', text: '' });
  });

  test('reads only a regular file, or a link to one', async () => {
    await using directory = await temporaryDirectory();
    const at = (name: string) => join(directory.path, name);
    await writeFile(at('images.yaml'), 'a: {}');
    await symlink(at('images.yaml'), at('link'));
    expect(await readCatalogFile(at('link'))).toEqual({ kind: 'text', text: 'a: {}' });
    await mkdir(at('directory'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')]);
    for (const file of [at('directory'), at('pipe'), '/dev/zero'])
      expect(await readCatalogFile(file)).toEqual({
        kind: 'unreadable',
        fault: `${file} is not a regular file`,
        seen: false,
      });
  });

  test.runIf(process.platform === 'linux')(
    'counts the bytes it reads, whatever size the file claims',
    async () => {
      expect((await stat('/proc/self/status')).size).toBe(0);
      expect(await readCatalogFile('/proc/self/status', 100)).toMatchObject({
        kind: 'unreadable',
        fault: '/proc/self/status has more than 100 bytes: not a catalog',
      });
    },
  );
});

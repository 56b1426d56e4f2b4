import { execFileSync } from 'node:child_process';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readToolFile, toolFilesIn } from '../../../src/cli/check/tool-files.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
const at = (...parts: string[]): string => join(files.path, ...parts);

beforeAll(async () => {
  files = await temporaryDirectory();
  for (const folder of ['b', 'b/c', '.git', 'node_modules', 'elsewhere']) await mkdir(at(folder));
  for (const name of ['a.yaml', 'b/service.template', 'b/c/jobs.yml', 'b/c/service.manifest'])
    await writeFile(at(name), '');
  for (const name of ['.git/x.yaml', 'node_modules/x.yaml', 'b/x.json', 'b/notes.txt'])
    await writeFile(at(name), '');
  await symlink('..', at('b/loop'));
  await symlink('../a.yaml', at('b/link.yaml'));
  execFileSync('mkfifo', [at('fifo.yaml')]);
});
afterAll(() => files[Symbol.asyncDispose]());

describe('the files of a directory', () => {
  it('are those that may be a of tools, sorted, and no link, no FIFO, nothing of git or npm', () => {
    expect([...toolFilesIn(files.path)]).toEqual(
      ['a.yaml', 'b/c/jobs.yml', 'b/c/service.manifest', 'b/service.template'].map((path) => ({
        path: at(path),
        named: false,
      })),
    );
  });

  it('are not asked for when a file is named, whatever it is', () => {
    for (const path of [at('b/link.yaml'), at('nowhere'), at('fifo.yaml'), at('b/x.json')])
      expect([...toolFilesIn(path)]).toEqual([{ path, named: true }]);
  });
});

describe('the text of a file', () => {
  it('keeps a byte order mark', async () => {
    await writeFile(at('bom'), '\ufeffa');
    expect(readToolFile(at('bom'))).toEqual({ text: '\ufeffa' });
  });

  it('is not read of a FIFO, a directory, a large file, or other bytes than UTF-8', async () => {
    await writeFile(at('latin1'), Buffer.from([0x67, 0x72, 0xfc]));
    await writeFile(at('large'), '');
    await truncate(at('large'), 1024 * 1024 + 1);
    expect(['fifo.yaml', 'b', 'large', 'latin1', 'nowhere'].map((name) => readToolFile(at(name)))).toEqual([
      { reason: 'it is no regular file' },
      { reason: 'it is no regular file' },
      { reason: 'it is larger than 1 MiB' },
      { reason: 'it is not UTF-8 text' },
      { reason: 'no such file' },
    ]);
  });

  it('is read up to 1 MiB', async () => {
    await writeFile(at('full'), 'x'.repeat(1024 * 1024));
    expect(readToolFile(at('full'))).toEqual({ text: 'x'.repeat(1024 * 1024) });
  });
});

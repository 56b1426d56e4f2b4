import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { siteFiles } from '../../../src/site/files.ts';
import { useNotKnown } from '../../../src/site/use.ts';
import { realLookup } from '../../support/catalog.ts';
import { runCli } from '../../support/run-cli.ts';
import { siteInput } from '../../support/site.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const CATALOG = 'test/fixtures/image-config/images-v1.2026.yaml';

const writeInto = (directory: string, ...options: string[]) =>
  runCli(['site', '--catalog', CATALOG, '--out', directory, ...options], { today: '2026-11-30' });

test('site --out writes every file of the site into a new directory', async () => {
  await using files = await temporaryDirectory();
  const directory = join(files.path, 'deep', 'site');
  const expected = Array.from(siteFiles(siteInput(useNotKnown, realLookup(2026))));
  expect(await writeInto(directory)).toEqual({
    exitCode: 0,
    stdout: `wrote ${expected.length} files to ${directory}\n`,
    stderr: '',
  });
  for (const { path, text } of expected) expect(await readFile(join(directory, path), 'utf8')).toBe(text);
  const all = await readdir(directory, { recursive: true, withFileTypes: true });
  expect(all.filter((entry) => entry.isFile())).toHaveLength(expected.length);
});

test('site --out refuses a directory that is not empty, and changes nothing in it', async () => {
  await using files = await temporaryDirectory();
  await writeFile(join(files.path, 'kept'), 'kept');
  expect(await writeInto(files.path)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `error: ${files.path} is not empty; give a new or an empty directory\n`,
  });
  expect(await readdir(files.path)).toEqual(['kept']);
});

test('site --out says why a directory cannot be written', async () => {
  await using files = await temporaryDirectory();
  const file = join(files.path, 'file');
  await writeFile(file, '');
  const { exitCode, stderr } = await writeInto(join(file, 'site'));
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: ENOTDIR: /);
});

test('site --out prints the problems of a catalog with errors, and writes nothing', async () => {
  await using files = await temporaryDirectory();
  const catalog = join(files.path, 'images.yaml');
  await writeFile(catalog, 'python3.11: {}\n');
  await mkdir(join(files.path, 'site'));
  const { exitCode, stdout, stderr } = await runCli([
    'site',
    '--catalog',
    catalog,
    '--out',
    join(files.path, 'site'),
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('missing-field');
  expect(await readdir(join(files.path, 'site'))).toEqual([]);
});

test('site --public-url accepts a web address, with or without a slash at its end, and nothing else', async () => {
  await using files = await temporaryDirectory();
  for (const [name, url] of [
    ['one', 'https://images.example.org'],
    ['two', 'https://images.example.org/'],
  ] as const) {
    const directory = join(files.path, name);
    expect(await writeInto(directory, '--public-url', url)).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(directory, 'index.html'), 'utf8')).toContain(
      '<link rel="canonical" href="https://images.example.org/index.html"/>',
    );
  }
  expect(await writeInto(join(files.path, 'three'), '--public-url', 'javascript:alert(1)')).toMatchObject({
    exitCode: 2,
  });
});

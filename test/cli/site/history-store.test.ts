import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historyFile, historyInCluster } from '../../../src/cli/site/history-store.ts';
import { historyText, lineOf } from '../../support/history.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const text = historyText([lineOf('2026-11-29')]);

describe('a history in a file', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let file: string;
  beforeEach(async () => {
    directory = await temporaryDirectory();
    file = join(directory.path, 'history.jsonl');
  });
  afterEach(() => directory[Symbol.asyncDispose]());

  it('is empty before the file is there, and begins with the first write', async () => {
    const store = historyFile(file);
    expect(await store.read()).toBe('');
    await store.write?.('', text);
    expect(await store.read()).toBe(text);
  });

  it('is appended to, so that a line of another program at the same time stays', async () => {
    const other = historyText([lineOf('2026-11-30', {})]);
    await writeFile(file, text + other);
    const more = historyText([lineOf('2026-11-30')]);
    await historyFile(file).write?.(text, text + more);
    expect(await readFile(file, 'utf8')).toBe(text + other + more);
  });

  it('is replaced as a whole when it was thinned, and no other file is left', async () => {
    await writeFile(file, text + text);
    const before = (await stat(file)).ino;
    await historyFile(file).write?.(text + text, text);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect((await stat(file)).ino).not.toBe(before);
    expect(await readdir(directory.path)).toEqual(['history.jsonl']);
  });

  it('is read with faulty lines in it', async () => {
    await writeFile(file, `junk\n${text}`);
    expect(await historyFile(file).read()).toBe(`junk\n${text}`);
  });

  it.each([
    ['a catalog', 'python3.7:\n  state: stable\n', 'has no line of a history'],
    ['more than any history', `${text}${'x'.repeat(1024 * 1024)}`, 'and a history at most 1048576'],
  ])('is refused when the file holds %s', async (_, content, words) => {
    await writeFile(file, content);
    await expect(historyFile(file).read()).rejects.toThrow(`${file} has`);
    await expect(historyFile(file).read()).rejects.toThrow(words);
  });

  it('is refused when the path is a directory', async () => {
    await mkdir(file);
    await expect(historyFile(file).read()).rejects.toThrow(`${file} is no regular file`);
  });
});

describe('a history in a cluster', () => {
  const clusterWith = (namespace: string | undefined, data: Record<string, string> | undefined) => ({
    namespace,
    configMap: async (where: string, name: string) =>
      data && {
        namespace: where,
        name,
        uid: 'u',
        annotations: {},
        data: { ...data, asked: `${where}/${name}` },
      },
  });

  it('is that of the namespace of our Pod, and cannot be written', async () => {
    const store = historyInCluster(clusterWith('ours', { 'history.jsonl': text }));
    expect(await store.read()).toBe(text);
    expect([store.label, store.write]).toEqual(['ours/image-config-admission-history', undefined]);
  });

  it('is that of the namespace of the chart outside a cluster', () => {
    const { label } = historyInCluster(clusterWith(undefined, {}));
    expect(label).toBe('image-config-admission/image-config-admission-history');
  });

  it('is empty before its first line, and is refused without a ConfigMap', async () => {
    expect(await historyInCluster(clusterWith('ours', {})).read()).toBe('');
    await expect(historyInCluster(clusterWith('ours', undefined)).read()).rejects.toThrow(
      'there is no ConfigMap ours/image-config-admission-history; the chart creates it',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/command-result.ts';
import { readInput } from '../../src/cli/read-input.ts';

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

const fromStdin = (...parts: readonly Uint8Array[]) => readInput('-', { stdin: chunks(...parts) });
const noStdin = { stdin: chunks() };

describe('readInput', () => {
  it('decodes a character that arrives in two chunks', async () => {
    const bytes = new TextEncoder().encode('# ü\n');
    expect(await fromStdin(bytes.subarray(0, 3), bytes.subarray(3))).toBe('# ü\n');
  });

  it('keeps a byte order mark, which the catalog reader reports', async () => {
    expect(await fromStdin(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });

  it.each([
    [[0x61, 0x0a, 0x62, 0xff, 0x0a], 'line 2'],
    [[0xc3], 'line 1'],
    [[0x61, 0x0a, 0xc3, 0x0a, 0x61], 'line 2'],
  ])('names the line of %j that is not UTF-8', async (bytes, line) => {
    await expect(fromStdin(Uint8Array.from(bytes))).rejects.toThrow(
      `cannot read standard input: ${line} is not UTF-8 text`,
    );
  });

  it('refuses an endless input', async () => {
    async function* endless() {
      for (;;) yield new Uint8Array(1024 * 1024);
    }
    await expect(readInput('-', { stdin: endless() })).rejects.toThrow('larger than 64 MiB');
  });

  it.each([
    ['nowhere.yaml', 'cannot read nowhere.yaml: no such file'],
    ['test', 'cannot read test: it is a directory'],
    ['package.json/x', 'cannot read package.json/x: a part of its path is not a directory'],
  ])('gives the reason why it cannot read %s', async (path, words) => {
    await expect(readInput(path, noStdin)).rejects.toThrow(new UsageError(words));
  });

  it('reports an input that ends with an error', async () => {
    async function* broken() {
      yield Uint8Array.of(0x61);
      throw new Error('read EIO');
    }
    await expect(readInput('-', { stdin: broken() })).rejects.toThrow('cannot read standard input: read EIO');
  });
});

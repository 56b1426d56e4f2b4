import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from '../../src/cluster/watch-stream.ts';

async function collect(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  async function* stream() {
    yield* chunks;
  }
  for await (const line of linesOf(stream())) lines.push(line);
  return lines;
}

test('lines do not depend on where the chunks end, even within a character', async () => {
  const text = fc.array(
    fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')),
    { maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(60)), async (lines, cuts) => {
      const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
      expect(await collect(chunks)).toEqual(lines);
    }),
  );
});

test('an unfinished line is dropped', async () => {
  expect(await collect([new TextEncoder().encode('one\ntw')])).toEqual(['one']);
});

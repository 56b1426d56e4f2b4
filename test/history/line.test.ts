import { expect, it } from 'vitest';
import { historyLine, lineText, parseLine } from '../../src/history/line.ts';
import { digestNumber, lineOf } from '../support/history.ts';

const written =
  `{"day":"2026-11-30","digest":"${digestNumber(1)}",` +
  '"images":{"python3.7":{"tools":2,"workloads":5},"constructor":{"tools":1,"workloads":1}}}';
const line = lineOf('2026-11-30', { 'python3.7': [2, 5], constructor: [1, 1] as const });

it('a line is written as the day, the digest and the counts of each image', () => {
  expect(lineText(line)).toBe(written);
});

it('a line is read as it was written, also without its spaces, with other fields, and with CR LF', () => {
  expect(parseLine(written)).toEqual({ line });
  expect(parseLine(`  ${written.replace('{', '{ "note": [1], ')}\r`)).toEqual({ line });
});

it('a line of another writer may count zero', () => {
  const zero = written.replace('"tools":2,"workloads":5', '"tools":0,"workloads":0');
  const none = { tools: 0, workloads: 0 };
  expect(parseLine(zero)).toMatchObject({
    line: {
      images: new Map([
        ['python3.7', none],
        ['constructor', { tools: 1, workloads: 1 }],
      ]),
    },
  });
});

it('a line leaves out images that no workload uses', () => {
  const counts = [
    ['node12', { tools: 0, workloads: 0 }],
    ['python3.7', { tools: 1, workloads: 1 }],
  ] as const;
  expect([...historyLine('2026-11-30', digestNumber(1), counts).images.keys()]).toEqual(['python3.7']);
});

const images = 'has no "images" as an object';
const numbers = 'has no numbers "tools" and "workloads" for the image a';
const name = 'has an image with an invalid name';

it.each([
  ['', 'is no JSON object with day, digest and images'],
  ['{"day":', 'is no JSON object with day, digest and images'],
  ['[]', 'is no JSON object with day, digest and images'],
  ['null', 'is no JSON object with day, digest and images'],
  [`[${' '.repeat(100)}]`, 'is no JSON object with day, digest and images'],
  [`"${'x'.repeat(100)}"`, 'is no JSON object with day, digest and images'],
  [`null${' '.repeat(100)}`, 'is no JSON object with day, digest and images'],
  ['['.repeat(100_000), 'is no JSON object with day, digest and images'],
  [written.replace('2026-11-30', '2026-02-30'), 'has no "day" as YYYY-MM-DD'],
  [written.replace('"2026-11-30"', '20261130'), 'has no "day" as YYYY-MM-DD'],
  [written.replace('sha256:', 'sha1:'), 'has no "digest" as sha256: and 64 hex digits'],
  [written.replace(/"images".*/, '"images":[]}'), images],
  [written.replace(/"images".*/, '"images":null}'), images],
  [written.replace(/"images".*/, '"images":{"a":{"tools":1}}}'), numbers],
  [written.replace(/"images".*/, '"images":{"a":null}}'), numbers],
  [written.replace(/"images".*/, '"images":{"a":{"tools":-1,"workloads":1}}}'), numbers],
  [written.replace(/"images".*/, '"images":{"a":{"tools":1,"workloads":1.5}}}'), numbers],
  [written.replace(/"images".*/, '"images":{"a":{"tools":1,"workloads":1e300}}}'), numbers],
  [written.replace(/"images".*/, '"images":{"a":{"tools":"1","workloads":1}}}'), numbers],
  [written.replace(/"images".*/, '"images":{"__proto__":{"tools":1,"workloads":1}}}'), name],
  [written.replace(/"images".*/, '"images":{"<script>":{"tools":1,"workloads":1}}}'), name],
  [written.replace(/"images".*/, `"images":{"${'a'.repeat(64)}":{"tools":1,"workloads":1}}}`), name],
])('a line is refused with its reason: %.90s', (text, fault) => {
  expect(parseLine(text)).toEqual({ fault });
});

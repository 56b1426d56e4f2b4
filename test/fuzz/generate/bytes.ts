import { Buffer } from 'node:buffer';
import type { Random } from '../../support/random.ts';

type Mutation = (bytes: Buffer, random: Random, other: () => Buffer) => Buffer;

/** The bytes with one to three damages, such as by networks, proxies, faulty programs and attackers. */
export function mutated(bytes: Buffer, random: Random, other: () => Buffer): Buffer {
  let result = bytes;
  const kinds = random.chance(2) ? onJson : onBytes;
  for (let left = 1 + (random.chance(3) ? random.below(3) : 0); left > 0; left--)
    result = random.of(random.chance(6) ? onBytes : kinds)(result, random, other);
  return result;
}

const cut = (bytes: Buffer, from: number, to: number, put: string | Buffer = ''): Buffer =>
  Buffer.concat([bytes.subarray(0, from), Buffer.from(put), bytes.subarray(to)]);

const anywhere = (bytes: Buffer, random: Random): number => random.below(bytes.length + 1);

/** Damages that ignore the content. */
const onBytes: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const result = Buffer.from(bytes);
    const at = random.below(Math.max(1, bytes.length));
    result[at] = (result[at] ?? 0) ^ (1 << random.below(8));
    return result;
  },
  function setByte(bytes, random) {
    const result = Buffer.from(bytes);
    result[random.below(Math.max(1, bytes.length))] = random.below(256);
    return result;
  },
  (bytes, random) => bytes.subarray(0, anywhere(bytes, random)),
  (bytes, random) => bytes.subarray(anywhere(bytes, random)),
  function deleteStretch(bytes, random) {
    const from = anywhere(bytes, random);
    return cut(bytes, from, Math.min(bytes.length, from + 1 + random.below(40)));
  },
  function repeatStretch(bytes, random) {
    const from = anywhere(bytes, random);
    const at = anywhere(bytes, random);
    return cut(bytes, at, at, bytes.subarray(from, from + random.below(random.chance(20) ? 5_000 : 60)));
  },
  (bytes, random, other) => {
    const tail = other();
    return Buffer.concat([bytes.subarray(0, anywhere(bytes, random)), tail.subarray(anywhere(tail, random))]);
  },
  function insertNoUtf8(bytes, random) {
    const at = anywhere(bytes, random);
    return cut(bytes, at, at, Buffer.from(random.of(NO_UTF8), 'hex'));
  },
  function insertPiece(bytes, random) {
    const at = anywhere(bytes, random);
    return cut(bytes, at, at, random.of(PIECES));
  },
  (bytes, random) =>
    random.of([
      () => Buffer.concat([Buffer.from('efbbbf', 'hex'), bytes]),
      () => Buffer.from(bytes.toString(), 'utf16le'),
      () => Buffer.from(bytes.toString(), 'latin1'),
      () => Buffer.concat([bytes, bytes]),
      () => Buffer.concat([bytes, Buffer.from('\n')]),
      () => Buffer.concat([bytes, Buffer.alloc(1)]),
      () => Buffer.alloc(0),
      () => Buffer.from(' \t\r\n'.repeat(random.below(100))),
    ])(),
];

/** Invalid UTF-8: a continuation byte alone, an incomplete sequence, an overlong form, half a surrogate pair, a value above U+10FFFF. */
const NO_UTF8 = ['80', 'c3', 'c328', 'c080', 'e28028', 'eda080', 'f4908080', 'f8888080', 'fe', 'ff'];

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  'null',
  '{}',
  '[]',
  '""',
  '0',
  '-',
  '1e999',
  ' ',
  '\u0000',
  '//',
  '/**/',
  "'",
  'é',
  '\u2028',
  '\ufeff',
];

/** Damages that keep valid JSON, with another meaning. */
const onJson: readonly Mutation[] = [
  function replaceValue(bytes, random) {
    const found = anyMatch(bytes, VALUE, random);
    return found ? cut(bytes, found.at + 1, found.at + found.text.length, random.of(VALUES)) : bytes;
  },
  function swapValues(bytes, random) {
    const one = anyMatch(bytes, VALUE, random);
    const other = anyMatch(bytes, VALUE, random);
    return one && other ? cut(bytes, one.at, one.at + one.text.length, other.text) : bytes;
  },
  function repeatKey(bytes, random) {
    const found = anyMatch(bytes, KEY, random);
    return found ? cut(bytes, found.at, found.at, `${found.text}${random.of(VALUES)},`) : bytes;
  },
  function repeatOtherKey(bytes, random) {
    const found = anyMatch(bytes, KEY, random);
    const other = anyMatch(bytes, KEY, random);
    return found && other ? cut(bytes, found.at, found.at, `${other.text}${random.of(VALUES)},`) : bytes;
  },
  function renameKey(bytes, random) {
    const found = anyMatch(bytes, KEY, random);
    return found ? cut(bytes, found.at, found.at + found.text.length, `${random.of(KEYS)}:`) : bytes;
  },
  function escapeLetter(bytes, random) {
    const found = anyMatch(bytes, /"[a-zA-Z]/g, random);
    const code = found?.text.charCodeAt(1).toString(16).padStart(4, '0');
    return found ? cut(bytes, found.at + 1, found.at + 2, `\\u${code}`) : bytes;
  },
  function addSpace(bytes, random) {
    const found = anyMatch(bytes, /[,:{[](?=["{[])/g, random);
    return found
      ? cut(bytes, found.at + 1, found.at + 1, random.of([' ', '\n', '\t', '\r\n', ' '.repeat(1_000)]))
      : bytes;
  },
  function nest(bytes, random) {
    const found = anyMatch(bytes, VALUE, random);
    if (!found) return bytes;
    const depth = random.of([
      3,
      3,
      100,
      100,
      900,
      900,
      5_000,
      9_900,
      10_100,
      random.chance(8) ? 200_000 : 40_000,
    ]);
    const [open, close] = random.of([
      ['[', ']'],
      ['{"a":', '}'],
    ] as const);
    const nested = open.repeat(depth) + found.text.slice(1) + (random.chance(4) ? '' : close.repeat(depth));
    return cut(bytes, found.at + 1, found.at + found.text.length, nested);
  },
];

/** A scalar after the colon of its key. It may be inside a string, which is fine. */
const VALUE = /:(?:"[^"\\]*"|-?[0-9]+|true|false|null)(?=[,}])/g;
const KEY = /"[A-Za-z0-9./-]+":/g;

const VALUES = [
  'null',
  'true',
  '0',
  '-0',
  '1e999',
  '123456789012345678901234567890',
  '""',
  '"x"',
  '"python3.11"',
  '"tf-python39"',
  '"UPDATE"',
  '"DELETE"',
  '"pods"',
  '[]',
  '{}',
  '[{}]',
  '[null]',
  '{"":null}',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202e"',
  '[{"name":"web","image":"node16"}]',
  '{"metadata":{},"spec":{}}',
];

const KEYS = [
  '"uid"',
  '"object"',
  '"oldObject"',
  '"request"',
  '"image"',
  '"name"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '""',
  '"Image"',
  '"spec"',
  '"data"',
];

function anyMatch(
  bytes: Buffer,
  pattern: RegExp,
  random: Random,
): { readonly at: number; readonly text: string } | undefined {
  // Latin-1: one character per byte, so that positions are byte offsets.
  const matches = [...bytes.toString('latin1').matchAll(pattern)];
  const match = matches[random.below(matches.length)];
  return match && { at: match.index, text: Buffer.from(match[0], 'latin1').toString() };
}

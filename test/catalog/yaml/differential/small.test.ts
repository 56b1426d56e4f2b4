import { expect, test } from 'vitest';
import { Consumers, withoutPython } from './consumers.ts';
import { weRead } from './ours.ts';

const PIECES = [
  ...[
    'a',
    ':',
    ': ',
    '-',
    '- ',
    ' ',
    '\n',
    '\n ',
    '\n  ',
    '[',
    ']',
    '{',
    '}',
    ',',
    "'b'",
    '"c"',
    "'",
    '"',
    '#',
    ' #',
  ],
  ...['?', '1', '.', '~', '<', '=', '|', '&', '*', '!', '%', '\t', '\r\n', '\u2028', 'a: ', '\nb: '],
];
const SURROUNDINGS = [
  ['', ''],
  ['--- ', ''],
  ['--- {a: b', '}'],
  ['a', ': b'],
  ['a:', ''],
  ['a: b', '\nc: d'],
  ['a:\n- b', '\nc: d'],
  ['a:\n  b: c', '\n  d: e'],
  ["a: 'b'", '\nc: d'],
  ['a: [b', ']\nc: d'],
  ['a: {b: c', '}'],
  ['a: [{b: c}', ']'],
] as const;

/** Three pieces would make half a million documents, so there are two, and in CI three in the simplest context. */
const few = PIECES.flatMap((first) => ['', ...PIECES].map((second) => first + second));
const many = few.flatMap((two) => PIECES.map((third) => two + third));

test.skipIf(withoutPython)(
  'PyYAML reads the same from every small document that we accept',
  { timeout: 300_000 },
  async () => {
    const consumers = new Consumers('documents', 2);
    const documents = new Set(
      SURROUNDINGS.flatMap(([before, after]) => few.map((pieces) => before + pieces + after)),
    );
    for (const pieces of process.env.CI ? many : [])
      for (const before of ['', 'a:', 'a: [']) documents.add(before + pieces);

    const differing: string[] = [];
    let accepted = 0;
    await Promise.all(
      [...documents].map(async (text) => {
        const ours = weRead(text);
        if (ours === undefined) return;
        accepted++;
        const theirs = await consumers.read(text);
        if (!theirs.ok || JSON.stringify(theirs.value) !== JSON.stringify(ours)) differing.push(text);
      }),
    );
    await consumers.close();
    console.info(`${documents.size} small documents: ${accepted} accepted, ${differing.length} differing`);
    expect(differing).toEqual([]);
    expect(accepted).toBeGreaterThan(documents.size * 0.05);
  },
);

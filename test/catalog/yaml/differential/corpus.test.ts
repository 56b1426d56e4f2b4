import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Consumers, withoutLibyaml, withoutPython } from './consumers.ts';
import { corpus } from './corpus.ts';
import { codesOf, weRead } from './ours.ts';

const accepted = corpus.filter(({ codes }) => codes.length === 0);

test('the corpus has many documents, and many that are accepted', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(150);
  expect(accepted.length).toBeGreaterThanOrEqual(100);
});

test('each document of the corpus occurs once', () => {
  const titles = new Map<string, string>();
  for (const { text, title, file } of corpus) {
    expect(titles.get(text), `${file}: ${title}`).toBeUndefined();
    titles.set(text, `${file}: ${title}`);
  }
});

describe.each(corpus)('$file: $title', ({ text, codes }) => {
  test(codes.length === 0 ? 'is accepted' : `is rejected with ${codes.join(', ')}`, () => {
    expect(codesOf(text).sort()).toEqual(codes);
  });
});

describe.skipIf(withoutPython)('PyYAML', () => {
  let consumers: Consumers;
  beforeAll(() => {
    consumers = new Consumers('documents');
  });
  afterAll(() => consumers.close());

  test.each(accepted)('reads the same from $file: $title', async ({ text }) => {
    expect(await consumers.read(text)).toEqual({ ok: true, value: weRead(text) });
  });
});

// The consumers run the reader in Python. Users of the reader in C must see the same catalog.
describe.skipIf(withoutLibyaml)('PyYAML with libyaml', () => {
  let consumers: Consumers;
  beforeAll(() => {
    consumers = new Consumers('documents-c');
  });
  afterAll(() => consumers.close());

  test.each(accepted)('reads the same from $file: $title', async ({ text }) => {
    expect(await consumers.read(text)).toEqual({ ok: true, value: weRead(text) });
  });
});

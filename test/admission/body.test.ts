import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTooDeep, MAX_DEPTH, parseBody } from '../../src/admission/body.ts';
import { BadReview } from '../../src/admission/decode.ts';

describe('parseBody', () => {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const text = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20, unit: 'grapheme' }));

  test('reads a body as UTF-8, within a larger buffer, too', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 9 }), fc.boolean(), (value, before, asBuffer) => {
        const bytes = Buffer.from(JSON.stringify({ value }));
        const memory = new Uint8Array(before + bytes.length + 5).fill('"'.charCodeAt(0));
        memory.set(bytes, before);
        const body = memory.subarray(before, before + bytes.length);
        expect(parseBody(asBuffer ? Buffer.from(body) : body)).toEqual({ value });
      }),
    );
  });

  test('refuses every body that is not valid UTF-8', () => {
    const inString = fc.uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) => Buffer.from(bytes));
    let refused = 0;
    fc.assert(
      fc.property(text, inString, (around, bytes) => {
        const body = Buffer.concat([Buffer.from(JSON.stringify(around)), bytes]);
        if (isUtf8(body)) return;
        refused += 1;
        expect(() => parseBody(body)).toThrow(new BadReview('the body is not valid UTF-8, so it is no JSON'));
      }),
    );
    expect(refused).toBeGreaterThan(10);
  });

  test('ignores a byte order mark', () => {
    expect(parseBody(Buffer.from('\ufeff{"a":1}'))).toEqual({ a: 1 });
  });

  function isUtf8(body: Uint8Array): boolean {
    try {
      utf8.decode(body);
      return true;
    } catch {
      return false;
    }
  }
});

const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);

describe('isTooDeep', () => {
  test('counts objects and lists together', () => {
    expect(isTooDeep(nested(MAX_DEPTH))).toBe(false);
    expect(isTooDeep(nested(MAX_DEPTH + 1))).toBe(true);
    expect(isTooDeep(nested(MAX_DEPTH / 2, '{"a":[', ']}'))).toBe(false);
    expect(isTooDeep(nested(MAX_DEPTH / 2 + 1, '{"a":[', ']}'))).toBe(true);
  });

  test('ignores how many values are side by side', () => {
    expect(isTooDeep(`[${nested(MAX_DEPTH - 1)},[]]`)).toBe(false);
    expect(isTooDeep(`[[],${nested(MAX_DEPTH)}]`)).toBe(true);
    expect(isTooDeep(`[${'[{}],'.repeat(100_000)}[]]`)).toBe(false);
  });

  test('does not count brackets in strings', () => {
    expect(isTooDeep(`["${nested(50_000)}"]`)).toBe(false);
    expect(isTooDeep(`["\\"${'['.repeat(50_000)}"]`)).toBe(false);
    expect(isTooDeep(`["\\\\"${'['.repeat(50_000)}`)).toBe(true);
  });

  test('counts brackets that are never closed', () => {
    expect(isTooDeep('['.repeat(8_388_608))).toBe(true);
    expect(isTooDeep('{"a":'.repeat(100_000))).toBe(true);
  });
});

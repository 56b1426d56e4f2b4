import { describe, expect, test } from 'vitest';
import { isTooDeep, MAX_DEPTH } from '../../src/admission/body.ts';

const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);

describe('isTooDeep', () => {
  test('counts objects and lists together', () => {
    expect(isTooDeep(nested(MAX_DEPTH))).toBe(false);
    expect(isTooDeep(nested(MAX_DEPTH + 1))).toBe(true);
    expect(isTooDeep(nested(MAX_DEPTH / 2, '{"a":[', ']}'))).toBe(false);
    expect(isTooDeep(nested(MAX_DEPTH / 2 + 1, '{"a":[', ']}'))).toBe(true);
  });

  test('ignores how many values are side by side', () => {
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

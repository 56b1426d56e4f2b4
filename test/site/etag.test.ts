import { expect, it } from 'vitest';
import { etagOf, listsTag } from '../../src/site/etag.ts';

it('an ETag depends on the text alone', () => {
  expect(etagOf('a')).toBe(etagOf('a'));
  expect(etagOf('a')).not.toBe(etagOf('b'));
  expect(etagOf('a')).toMatch(/^"[\w-]{22}"$/);
});

it.each([
  [undefined, false],
  ['', false],
  ['"other"', false],
  ['"tag"', true],
  ['W/"tag"', true],
  ['"other" , "tag"', true],
  ['*', true],
  ['tag', false],
])('If-None-Match: %s lists "tag": %s', (header, listed) => {
  expect(listsTag(header, '"tag"')).toBe(listed);
});

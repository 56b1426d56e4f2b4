import { expect, it } from 'vitest';
import { acceptsGzip } from '../../src/site/encoding.ts';

it.each([
  ['gzip, deflate, br, zstd', true],
  ['GZIP', true],
  ['br;q=1.0, gzip;q=0.8', true],
  ['x-gzip', true],
  ['*', true],
  ['br, *;q=0.1', true],
  ['gzip;q=0', false],
  ['gzip ; q=0.000, *', false],
  ['*;q=0', false],
  ['br', false],
  ['identity', false],
  ['gzip;q=x', false],
  ['', false],
  [undefined, false],
])('Accept-Encoding: %s accepts gzip: %s', (header, accepts) => {
  expect(acceptsGzip(header)).toBe(accepts);
});

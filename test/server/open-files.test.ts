import { describe, expect, test } from 'vitest';
import { connectionsWithin, openFileLimit } from '../../src/server/open-files.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            20000                1048576              files     
Max locked memory         8388608              8388608              bytes     
`;

describe('the limit of open files', () => {
  test('is the soft limit of /proc/self/limits, which Node raises to the hard limit at its start', () => {
    expect(openFileLimit(LIMITS)).toBe(20_000);
  });

  test('is unknown where it is unlimited, or where the text has no such line', () => {
    expect(openFileLimit(LIMITS.replace('20000', 'unlimited'))).toBeUndefined();
    expect(openFileLimit('')).toBeUndefined();
  });

  test.each([
    [1_048_576, 1_048_256],
    [1_344, 1_024],
    [1_024, 704],
    [640, 320],
    [64, 32],
    [1, 1],
  ])('of %i leaves %i connections, and the rest for other files', (openFiles, connections) => {
    expect(connectionsWithin(openFiles)).toBe(connections);
  });
});

import { expect, it } from 'vitest';
import { colorsFor } from '../../../src/cli/output/colors.ts';

const isColored = (isTTY: boolean | undefined, env: Record<string, string>) =>
  colorsFor({ write: () => true, ...(isTTY !== undefined && { isTTY }) }, env).red('x') !== 'x';

it.each([
  ['a terminal', true, {}, true],
  ['a file', undefined, {}, false],
  ['a terminal, with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['a terminal, with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['a terminal that is dumb', true, { TERM: 'dumb' }, false],
  ['a file, with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
  ['a terminal, with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
  ['both variables', true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('colours are right on %s', (_, isTTY, env, expected) => {
  expect(isColored(isTTY, env)).toBe(expected);
});

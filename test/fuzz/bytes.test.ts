import { test } from 'vitest';
import { bytesFuzz } from './bytes.ts';
import { run } from './fuzz.ts';
import { reviews } from './settings.ts';

test(
  'the answer to a review with damaged bytes is the one that its JSON requires',
  { timeout: 60_000 + 10 * reviews },
  () =>
    run(bytesFuzz(), {
      least: { rejected: 0.3, patched: 0.03, denied: 0.03, 'allowed: good': 0.02, deep: 0.01 },
      most: { unknown: 0.03 },
    }),
);

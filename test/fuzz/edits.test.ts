import { test } from 'vitest';
import { editFuzz } from './edits.ts';
import { run } from './fuzz.ts';
import { catalogs } from './settings.ts';

test(
  'of an edit all is told that it takes from somebody, and as gravely as it is',
  { timeout: 60_000 + 10 * catalogs },
  () =>
    run(editFuzz(), {
      least: {
        'error name-removed': 0.05,
        'warning name-removed': 0.2,
        'error alias-removed': 0.05,
        'error alias-moved': 0.02,
        'error url-changed': 0.03,
      },
    }),
);

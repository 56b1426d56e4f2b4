import { test } from 'vitest';
import { editFuzz } from './edits.ts';
import { run } from './fuzz.ts';
import { catalogs } from './settings.ts';

test(
  'an edit reports exactly the problems of the second opinion, by severity, code and field',
  { timeout: 60_000 + 10 * catalogs },
  () =>
    run(editFuzz(), {
      least: {
        harmless: 0.1,
        'error name-removed': 0.05,
        'warning name-removed': 0.15,
        'error alias-removed': 0.02,
        'error alias-moved': 0.02,
        'error url-changed': 0.1,
        'error reader-loses-all': 0.05,
        'error reader-loses-name': 0.005,
        'error web-type-changed': 0.005,
      },
    }),
);

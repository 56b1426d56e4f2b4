import { test } from 'vitest';
import { run } from './fuzz.ts';
import { readersFuzz } from './readers.ts';
import { pairs } from './settings.ts';

test('an edit reports exactly the losses of its readers', { timeout: 60_000 + 10 * pairs }, () =>
  run(readersFuzz(), {
    least: {
      harmless: 0.15,
      reported: 0.5,
      'error name-removed': 0.03,
      'error alias-removed': 0.003,
      'error alias-moved': 0.003,
      'error url-changed': 0.04,
      'error reader-loses-all': 0.05,
      'error reader-loses-name': 0.004,
      'error web-type-changed': 0.002,
    },
    // An alias or `HOST/ALIAS` of an entry for webservice alone.
    most: { silent: 0.005 },
  }),
);

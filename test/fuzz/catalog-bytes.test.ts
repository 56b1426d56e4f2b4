import { test } from 'vitest';
import { catalogBytesFuzz } from './catalog-bytes.ts';
import { run } from './fuzz.ts';
import { catalogs } from './settings.ts';

test(
  'the problems of a catalog with damaged bytes agree with other YAML readers',
  { timeout: 60_000 + 10 * catalogs },
  () =>
    run(catalogBytesFuzz(), {
      least: { accepted: 0.1, 'refused as a catalog': 0.25 },
      most: { 'refused as a text': 0.5 },
    }),
);

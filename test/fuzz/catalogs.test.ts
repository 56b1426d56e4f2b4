import { test } from 'vitest';
import { catalogFuzz } from './catalogs.ts';
import { run } from './fuzz.ts';
import { catalogs } from './settings.ts';

test(
  'a generated catalog has the problems and the lookup of the second opinion',
  { timeout: 60_000 + 10 * catalogs },
  () => run(catalogFuzz(), { least: { accepted: 0.2, refused: 0.4 } }),
);

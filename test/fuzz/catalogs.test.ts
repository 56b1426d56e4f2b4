import { test } from 'vitest';
import { catalogFuzz } from './catalogs.ts';
import { run } from './fuzz.ts';
import { catalogs } from './settings.ts';

test(
  'of catalogs made from plain values all is told that is wrong, and names lead where they should',
  { timeout: 60_000 + 10 * catalogs },
  () => run(catalogFuzz(), { least: { accepted: 0.2, refused: 0.4 } }),
);

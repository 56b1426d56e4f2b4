import { describe, expect, test } from 'vitest';
import { Random } from '../support/random.ts';
import { bytesFuzz } from './bytes.ts';
import { catalogBytesFuzz } from './catalog-bytes.ts';
import { catalogFuzz } from './catalogs.ts';
import { configMapFuzz } from './config-maps.ts';
import { editFuzz } from './edits.ts';
import type { Fuzz } from './fuzz.ts';
import { podFuzz } from './pods.ts';
import { readersFuzz } from './readers.ts';
import { workloadFuzz } from './workloads.ts';

/** A stored case equals the original, also with invalid UTF-8 or a `__proto__`. */
const comesBack = <Case>({ name, keep, revive, generate, check }: Fuzz<Case>) =>
  test(`a stored case of ${name} is read back unchanged`, async () => {
    for (let seed = 0; seed < 200; seed++) {
      const input = generate(new Random(seed));
      const kept = JSON.stringify(keep(input));
      const again = revive(JSON.parse(kept));
      expect(JSON.stringify(keep(again))).toBe(kept);
      if (seed < 40) expect(await check(again)).toEqual(await check(input));
    }
  });

describe('regressions', () => {
  comesBack(podFuzz());
  comesBack(workloadFuzz());
  comesBack(configMapFuzz());
  // Cases of the server have the same form.
  comesBack(bytesFuzz());
  comesBack(catalogFuzz());
  comesBack(editFuzz());
  comesBack(readersFuzz());
  comesBack(catalogBytesFuzz());
});

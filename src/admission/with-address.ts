import type { Entry } from '../catalog/entry.ts';
import { fitsOneWarning } from './warnings.ts';

/** A warning about an entry, with where to read on if there is room for all of it: half an address leads nowhere. */
export function withAddress(warning: string, { deprecation }: Entry): string {
  const whole = `${warning}; see ${deprecation?.url}`;
  return deprecation?.url !== undefined && fitsOneWarning(whole) ? whole : warning;
}

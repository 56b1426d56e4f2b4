import { deprecationUrl, type Entry } from '../catalog/entry.ts';
import { firstThatFits } from './warnings.ts';

/** A warning about an entry, with where to read on if there is room for all of it: half an address leads nowhere. */
export function withAddress(warning: string, entry: Entry): string {
  const url = deprecationUrl(entry);
  return url === undefined ? warning : firstThatFits(`${warning}; see ${url}`, warning);
}

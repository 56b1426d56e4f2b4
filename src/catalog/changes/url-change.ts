import type { ParsedImage } from '../parsed-entry.ts';
import type { ComparedEntry } from './comparison.ts';

/** One URL of an old entry that a client does not get any more, or that does not lead to the entry any more. */
export interface UrlChange {
  readonly entry: ComparedEntry;
  readonly from: string;
  /** What clients get instead; where none of them is concerned, what the same field has now. */
  readonly to: readonly string[];
  /** Those that get something else by name. */
  readonly clients: readonly string[];
  /** Whether the URL leads to nothing now, or to another entry. */
  readonly isLost: boolean;
  /** That other entry. */
  readonly leadsTo: string | undefined;
  /** `HOST/ALIAS` in use on the same host: they led to the entry, and do not any more. */
  readonly hostAliases: readonly string[];
  /** Whether a field that comes first was added, and the one that gave the URL is as it was. */
  readonly isOnlyAdded: boolean;
  /** The same field of the successor, if it has it. */
  readonly place: ParsedImage | undefined;
}

import { type Span, WHOLE_DOCUMENT } from './positions.ts';
import type { Problem } from './problem.ts';

/** The limits of a catalog, and what varies between clusters. */
export interface CatalogPolicy {
  /** Bytes of the UTF-8 text. */
  readonly maxBytes: number;
  readonly maxEntries: number;
  /** Levels of nested mappings and lists; the catalog itself is the first. */
  readonly maxDepth: number;
  readonly states: readonly string[];
  /** The allowed registry hosts; all hosts if it is empty. */
  readonly registries: readonly string[];
  /** URL of the page about deprecated images in general. */
  readonly deprecationUrl?: string | undefined;
}

/**
 * Checks the limits of bytes and entries before the text is parsed. The parser itself checks the depth, and `readDocument`
 * counts the entries of a document in flow style.
 */
export function documentLimit(text: string, { maxBytes, maxEntries }: CatalogPolicy): Problem | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) return overLimit('bytes', bytes, maxBytes);
  const entries = blockEntries(text);
  return entries > maxEntries ? overLimit('entries', entries, maxEntries) : undefined;
}

/** Counts the lines that begin a key at the left margin. In flow style (JSON) any line may begin there, so none counts. */
function blockEntries(text: string): number {
  const first = /^(?!---) *([^\s#])/m.exec(text)?.[1];
  if (first === '{' || first === '[') return 0;
  let entries = 0;
  for (const _ of text.matchAll(/^[^\s#\-.%\]}]/gm)) entries++;
  return entries;
}

/** The problem of a limit that is exceeded. */
export const overLimit = (
  limit: 'bytes' | 'entries' | 'depth',
  found: number,
  allowed: number,
  at: Span = WHOLE_DOCUMENT,
): Problem => ({ code: 'document-limit', limit, found, allowed, at, field: '' });

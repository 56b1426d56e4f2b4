import type { CatalogPolicy } from './load.ts';
import type { Problem } from './problem.ts';
import { WHOLE_DOCUMENT } from './span.ts';

/**
 * The limits that a look at the bytes shows, before anything is parsed. Depth stops the parser itself; entries of a
 * document in flow style are counted after it.
 */
export function documentLimit(text: string, { maxBytes, maxEntries }: CatalogPolicy): Problem | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) return over('bytes', bytes, maxBytes);
  const entries = blockEntries(text);
  return entries > maxEntries ? over('entries', entries, maxEntries) : undefined;
}

/** Lines that begin a key at the left margin. In flow style (JSON) any line may stand there, so none counts. */
function blockEntries(text: string): number {
  const first = /^(?!---) *([^\s#])/m.exec(text)?.[1];
  if (first === '{' || first === '[') return 0;
  let entries = 0;
  for (const _ of text.matchAll(/^[^\s#\-.%\]}]/gm)) entries++;
  return entries;
}

const over = (limit: 'bytes' | 'entries', found: number, allowed: number): Problem => ({
  code: 'document-limit',
  limit,
  found,
  allowed,
  at: WHOLE_DOCUMENT,
  field: '',
});

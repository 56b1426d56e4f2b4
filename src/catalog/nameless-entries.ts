import { entryFields, entrySchema } from './catalog-schema.ts';
import type { MissingName } from './problem.ts';
import { keyIdentity, type MappingNode, type Pair } from './yaml/node.ts';

/**
 * The fields with which an entry without a name begins, and the name if a comment has it. The fields of such an entry seem to belong
 * to the entry before it, which then repeats all keys. Empty unless each part has the fields that an entry requires.
 */
export function namelessEntries(
  { pairs }: MappingNode,
  text: string,
): readonly { readonly first: Pair; readonly name: MissingName }[] {
  const parts = partsOf(pairs);
  if (parts.length < 2 || !parts.every(isEntry)) return [];
  return parts.slice(1).flatMap((part, index) => {
    const [first] = part;
    if (!first) return [];
    // The first fields of the entry may be ones that the entry before it lacks, so a comment above any field since its first
    // repeated one may be the name.
    for (const pair of [first, ...(parts[index] ?? []).slice(1).reverse()]) {
      const comment = commentAbove(pair, text);
      if (comment) return { first: pair, name: comment };
    }
    return { first, name: {} };
  });
}

/** The pairs, divided at each key that repeats one of its part. */
function partsOf(pairs: readonly Pair[]): readonly (readonly Pair[])[] {
  const parts: Pair[][] = [];
  let keys = new Set<string>();
  for (const pair of pairs) {
    const identity = keyIdentity(pair.key);
    if (parts.length === 0 || keys.has(identity)) {
      parts.push([]);
      keys = new Set();
    }
    keys.add(identity);
    parts.at(-1)?.push(pair);
  }
  return parts;
}

const isEntry = (pairs: readonly Pair[]): boolean =>
  (entrySchema.required ?? []).every((field) => pairs.some(({ key }) => key.text === field));

const COMMENT = /^#[# ]*["']?([A-Za-z0-9][\w.-]{0,62})["']?:$/;

/** The name in the comments above a field, below which other fields may be in comments, too. */
function commentAbove({ key }: Pair, text: string): MissingName | undefined {
  let end = text.lastIndexOf('\n', key.at.start - 1);
  for (let lines = 0; end > 0 && lines < MOST_LINES; lines++) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end).trim();
    if (!line.startsWith('#')) return undefined;
    const name = COMMENT.exec(line)?.[1];
    if (name !== undefined && !entryFields.has(name)) return { commented: { name, at: { start, end } } };
    end = start - 1;
  }
  return undefined;
}

/** More than the fields of any real entry. */
const MOST_LINES = 40;

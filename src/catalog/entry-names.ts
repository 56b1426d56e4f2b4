import { ambiguous } from './document.ts';
import type { Problem } from './problem.ts';
import type { MappingNode } from './yaml/node.ts';
import { readAlike } from './yaml/scalars.ts';

/**
 * A name that both dialects read as a number, a boolean or nothing (`3.9`, `true`) is no string, and jobs-api fails on
 * it. Names that they read differently are told by the document itself.
 */
export function* entryNames(root: MappingNode): Iterable<Problem> {
  for (const { key } of root.pairs) {
    if (!key.plain) continue;
    const reading = readAlike(key.text);
    if (reading && reading.type !== 'string') yield ambiguous(key, [key.text]);
  }
}

import { ambiguous } from './document.ts';
import type { Problem } from './problem.ts';
import { childOf, type MappingNode, type ScalarNode } from './yaml/node.ts';
import { readAlike } from './yaml/scalars.ts';

/**
 * A name that both dialects read as a number, a boolean or nothing (`3.9`, `true`) is no string, and jobs-api fails on
 * it; so is the name of a variant, which nobody could ask for. Names that the dialects read differently are told by
 * the document itself.
 */
export function* entryNames(root: MappingNode): Iterable<Problem> {
  for (const { key, value } of root.pairs) {
    if (isNoString(key)) yield ambiguous(key, [key.text]);
    const variants = childOf(value, 'variants');
    if (variants?.kind !== 'mapping') continue;
    for (const variant of variants.pairs) {
      if (isNoString(variant.key)) yield ambiguous(variant.key, [key.text, 'variants', variant.key.text]);
    }
  }
}

function isNoString({ plain, text }: ScalarNode): boolean {
  const reading = plain ? readAlike(text) : undefined;
  return reading !== undefined && reading.type !== 'string';
}

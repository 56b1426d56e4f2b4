import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/**
 * Since 2026 jobs-api reads only the top-level `image` and skips an entry without one. A catalog of the older shape has
 * none at all, and is fine.
 */
export function* noTopLevelImage({ entries }: RuleContext): Iterable<Problem> {
  const others = entries.filter(({ image }) => image).length;
  if (others === 0) return;
  for (const { name, image, readable } of entries) {
    if (readable && !image)
      yield { code: 'no-top-level-image', name: name.text, others, at: name.at, field: name.text };
  }
}

import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Advice that has to be followed twice is followed by nobody. */
export function* replacementDeprecated({ entries }: RuleContext): Iterable<Problem> {
  const deprecated = new Set(
    entries.filter(({ state }) => state?.text === 'deprecated').map(({ name }) => name.text),
  );
  for (const { name, deprecation } of entries) {
    const replacement = deprecation?.replacement;
    // One that names itself is a loop, which says it all.
    if (!replacement || replacement.text === name.text || !deprecated.has(replacement.text)) continue;
    yield {
      code: 'replacement-deprecated',
      replacement: replacement.text,
      at: replacement.at,
      field: `${name.text}.deprecation.replacement`,
    };
  }
}

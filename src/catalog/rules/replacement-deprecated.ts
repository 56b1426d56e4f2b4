import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Maintainers who move to a deprecated replacement have to move twice. */
export function* replacementDeprecated({ entries }: RuleContext): Iterable<Problem> {
  const deprecated = new Set(
    entries.filter(({ state }) => state?.text === 'deprecated').map(({ name }) => name.text),
  );
  for (const { name, deprecation } of entries) {
    const replacement = deprecation?.replacement;
    // An entry that names itself is reported as a loop.
    if (!replacement || replacement.text === name.text || !deprecated.has(replacement.text)) continue;
    yield {
      code: 'replacement-deprecated',
      replacement: replacement.text,
      at: replacement.at,
      field: `${name.text}.deprecation.replacement`,
    };
  }
}

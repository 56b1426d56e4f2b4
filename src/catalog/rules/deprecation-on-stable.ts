import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** A `deprecation` has no effect on a stable entry: only the state makes an image deprecated. */
export function* deprecationOnStable({ entries, policy }: RuleContext): Iterable<Problem> {
  for (const { name, state, deprecation } of entries) {
    if (!deprecation || !state || state.text === 'deprecated' || !policy.states.includes(state.text))
      continue;
    yield {
      code: 'deprecation-on-stable',
      name: name.text,
      state: state.text,
      at: deprecation.at,
      field: `${name.text}.deprecation`,
    };
  }
}

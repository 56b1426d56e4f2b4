import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Consumers compare the state exactly, and disagree about unknown words. */
export function* state({ entries, policy }: RuleContext): Iterable<Problem> {
  for (const { name, state: found } of entries) {
    if (!found) continue;
    const place = { at: found.at, field: `${name.text}.state` };
    if (!policy.states.includes(found.text)) {
      yield { code: 'unknown-value', value: found.text, allowed: policy.states, ...place };
    } else if (found.text === 'beta') yield { code: 'state-beta', ...place };
  }
}

import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
/** The maximum of a label value: names are used in labels, metrics and annotations. */
const MAX_LENGTH = 63;
/** webservice has its own type of this name, which an entry would replace. */
const RESERVED = 'buildservice';

/** Clients can never ask for a name with a colon, an at sign or a slash, because consumers split an image there. */
export function* nameForm({ entries }: RuleContext): Iterable<Problem> {
  for (const { name, aliases } of entries) {
    yield* check('name', name.text, { at: name.at, field: name.text });
    for (const { text, at, field } of aliases) yield* check('alias', text, { at, field });
  }
}

function* check(
  what: 'name' | 'alias',
  name: string,
  place: Pick<Problem, 'at' | 'field'>,
): Iterable<Problem> {
  if (name === RESERVED) yield { code: 'reserved-name', name, what, ...place };
  else if (name.length > MAX_LENGTH || !NAME.test(name)) yield { code: 'invalid-name', name, what, ...place };
}

import type { Draft } from '../draft.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Whoever follows the advice from one to the next would come back to where they were. */
export function* replacementLoop({ drafts }: RuleContext): Iterable<Problem> {
  const byName = new Map(drafts.map((draft) => [draft.name.text, draft]));
  const done = new Set<Draft>();
  for (const start of drafts) {
    const path: Draft[] = [];
    const onPath = new Set<Draft>();
    let draft: Draft | undefined = start;
    while (draft && !done.has(draft) && !onPath.has(draft)) {
      path.push(draft);
      onPath.add(draft);
      draft = replacementOf(draft, byName);
    }
    if (draft && onPath.has(draft)) yield problem(path.slice(path.indexOf(draft)));
    for (const visited of path) done.add(visited);
  }
}

function replacementOf(draft: Draft, byName: ReadonlyMap<string, Draft>): Draft | undefined {
  const replacement = draft.deprecation?.replacement?.text;
  if (replacement === undefined) return undefined;
  // An alias of its own leads back to the entry, too.
  return (
    byName.get(replacement) ?? (draft.aliases.some(({ text }) => text === replacement) ? draft : undefined)
  );
}

function problem(loop: readonly Draft[]): Problem {
  const names = loop.map(({ name }) => name.text);
  const first = loop[0] as Draft;
  const replacement = first.deprecation?.replacement;
  return {
    code: 'replacement-loop',
    loop: [...names, first.name.text],
    at: replacement?.at ?? first.name.at,
    field: `${first.name.text}.deprecation.replacement`,
  };
}

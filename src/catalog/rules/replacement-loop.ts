import type { ParsedEntry } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** Maintainers who follow the replacements from entry to entry would return to the first entry. */
export function* replacementLoop({ entries }: RuleContext): Iterable<Problem> {
  const byName = new Map(entries.map((entry) => [entry.name.text, entry]));
  const done = new Set<ParsedEntry>();
  for (const start of entries) {
    const path: ParsedEntry[] = [];
    const onPath = new Set<ParsedEntry>();
    let entry: ParsedEntry | undefined = start;
    while (entry && !done.has(entry) && !onPath.has(entry)) {
      path.push(entry);
      onPath.add(entry);
      entry = replacementOf(entry, byName);
    }
    if (entry && onPath.has(entry)) yield problem(path.slice(path.indexOf(entry)));
    for (const visited of path) done.add(visited);
  }
}

function replacementOf(
  entry: ParsedEntry,
  byName: ReadonlyMap<string, ParsedEntry>,
): ParsedEntry | undefined {
  const replacement = entry.deprecation?.replacement?.text;
  if (replacement === undefined) return undefined;
  // An alias of the entry itself leads back to it, too.
  return (
    byName.get(replacement) ?? (entry.aliases.some(({ text }) => text === replacement) ? entry : undefined)
  );
}

function problem(loop: readonly ParsedEntry[]): Problem {
  const names = loop.map(({ name }) => name.text);
  const first = loop[0] as ParsedEntry;
  const replacement = first.deprecation?.replacement;
  return {
    code: 'replacement-loop',
    loop: [...names, first.name.text],
    at: replacement?.at ?? first.name.at,
    field: `${first.name.text}.deprecation.replacement`,
  };
}

import { alphabetOf } from './alphabet.ts';
import type { Literal } from './literals.ts';
import { isAnchored, parse, type Tree } from './syntax.ts';
import { type Steps, type Ways, waysThrough } from './ways.ts';

/** A text that takes more than linear time: `before`, then `again` many times, then text that does not match. */
export interface Attack {
  readonly growth: 'polynomial' | 'exponential';
  readonly before: string;
  readonly again: string;
}

/**
 * An attack that makes an expression slow; undefined when there is none, since the number of ways of a text through the
 * expression has a bound that does not depend on its length. This holds when no piece of text leads from a position p back to
 * p, and to another position q, and from q back to q (A. Weber and H. Seidl, On the degree of ambiguity of finite automata,
 * 1991). It counts every walk that a backtracking engine can take, with or without a match. Throws for unsupported syntax.
 */
export function attackOn({ source, flags }: Literal): Attack | undefined {
  if (flags.includes('v')) throw new Error('the flag v is not supported');
  const graph = graphOf(waysThrough(searched(parse(source), flags)), flags);
  return exponential(graph) ?? polynomial(graph);
}

/** The engine tries all start positions in turn, as if the expression began with any text. */
function searched(tree: Tree, flags: string): Tree {
  if (flags.includes('y')) return tree;
  if (!isAnchored(tree)) return { kind: 'sequence', parts: [parse('[^]*'), tree] };
  return flags.includes('m')
    ? { kind: 'sequence', parts: [parse('(?:[^]*[\\n\\r\\u2028\\u2029])?'), tree] }
    : tree;
}

interface Graph {
  readonly first: Steps;
  readonly next: readonly Steps[];
  readonly takes: readonly bigint[];
  readonly letters: readonly string[];
  /** For each position the positions on a circle through it, with itself; empty when there is no circle. */
  readonly circles: readonly ReadonlySet<number>[];
}

function graphOf({ characters, first, next }: Ways, flags: string): Graph {
  const { letters, takes } = alphabetOf(new Set(characters), flags);
  const reached = next.map((_, position) => reachable([position], (from) => next[from]?.keys() ?? []));
  const circles = next.map(
    (_, position) =>
      new Set([...(reached[position] ?? [])].filter((other) => reached[other]?.has(position) ?? false)),
  );
  return { first, next, letters, takes: characters.map((source) => takes.get(source) ?? 0n), circles };
}

/** With two ways round a circle on the same text, the number of ways doubles with each turn. */
function exponential(graph: Graph): Attack | undefined {
  for (const [start, circle] of graph.circles.entries()) {
    for (const position of circle)
      for (const [to, ways] of graph.next[position] ?? [])
        if (ways > 1 && circle.has(to) && graph.takes[to]) {
          // The circle has to use this step: a shorter one need not double.
          const back = to === position ? '' : (word(graph, [to], [position], [circle]) ?? '');
          return attack('exponential', graph, to, back + letter(graph, graph.takes[to] ?? 0n));
        }
    for (const one of circle)
      for (const other of circle)
        if (one < other) {
          const apart = word(graph, [start, start], [one, other], [circle, circle]);
          const together = apart && word(graph, [one, other], [start, start], [circle, circle]);
          if (together !== undefined) return attack('exponential', graph, start, `${apart}${together}`);
        }
  }
  return undefined;
}

/** Two circles that match the same text, with a way on that text from the first to the second: a change is possible at each turn. */
function polynomial(graph: Graph): Attack | undefined {
  for (const [p, first] of graph.circles.entries())
    for (const [q, second] of graph.circles.entries()) {
      if (first.size === 0 || second.size === 0 || first.has(q)) continue;
      const again = word(graph, [p, p, q], [p, q, q], [first, undefined, second]);
      if (again !== undefined) return attack('polynomial', graph, p, again);
    }
  return undefined;
}

function attack(growth: Attack['growth'], graph: Graph, position: number, again: string): Attack {
  for (const start of graph.first.keys()) {
    const begin = letter(graph, graph.takes[start] ?? 0n);
    const way = start === position ? '' : word(graph, [start], [position], [undefined]);
    if (way !== undefined) return { growth, before: begin + way, again };
  }
  return { growth, before: '', again };
}

/**
 * The shortest text of at least one letter that leads each of several walks from its start to its end, each within its
 * positions, if there are any given; undefined when there is none.
 */
function word(
  { next, takes, letters }: Graph,
  from: readonly number[],
  to: readonly number[],
  within: readonly (ReadonlySet<number> | undefined)[],
): string | undefined {
  const target = to.join();
  const seen = new Set<string>();
  let front: { readonly at: readonly number[]; readonly text: string }[] = [{ at: from, text: '' }];
  while (front.length > 0) {
    const further: typeof front = [];
    for (const { at, text } of front)
      for (const { at: step, common } of stepsTogether(at)) {
        const key = step.join();
        if (seen.has(key)) continue;
        seen.add(key);
        const longer = text + letter({ letters }, common);
        if (key === target) return longer;
        further.push({ at: step, text: longer });
      }
    front = further;
  }
  return undefined;

  function stepsTogether(
    at: readonly number[],
  ): { readonly at: readonly number[]; readonly common: bigint }[] {
    let steps = [{ at: [] as readonly number[], common: -1n }];
    for (const [reader, position] of at.entries())
      steps = steps.flatMap(({ at: others, common }) =>
        [...(next[position]?.keys() ?? [])].flatMap((step) => {
          const left = common & (takes[step] ?? 0n);
          const allowed = within[reader]?.has(step) ?? true;
          return left !== 0n && allowed ? [{ at: [...others, step], common: left }] : [];
        }),
      );
    return steps;
  }
}

/** An example of these letters, readable if possible. */
function letter({ letters }: Pick<Graph, 'letters'>, bits: bigint): string {
  const examples = letters.filter((_, index) => (bits >> BigInt(index)) & 1n);
  return examples.find((example) => /[!-~]/.test(example)) ?? examples[0] ?? '';
}

function reachable(from: Iterable<number>, next: (position: number) => Iterable<number>): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let position = open.pop(); position !== undefined; position = open.pop())
    for (const to of next(position))
      if (!reached.has(to)) {
        reached.add(to);
        open.push(to);
      }
  return reached;
}

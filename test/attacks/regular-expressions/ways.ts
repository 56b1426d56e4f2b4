import type { Tree } from './syntax.ts';

/**
 * The ways through an expression. Each occurrence of a character in it is a position, and there may be several ways from one
 * position to another. A backtracking engine may walk all of them, and has to when the text does not match.
 */
export interface Ways {
  /** The characters that match at each position. */
  readonly characters: readonly string[];
  /** The start positions. */
  readonly first: Steps;
  readonly next: readonly Steps[];
}

/** The number of ways by position; more than two count as two. */
export type Steps = ReadonlyMap<number, number>;

/** The position at the end of a lookahead, which matches no character. */
const NOTHING = '[]';

export function waysThrough(tree: Tree): Ways {
  const characters: string[] = [];
  const next: Map<number, number>[] = [];
  const { first } = walk(tree);
  return { characters, first, next };

  function position(source: string): number {
    next.push(new Map());
    return characters.push(source) - 1;
  }

  function walk(part: Tree): Part {
    switch (part.kind) {
      case 'character': {
        const here = new Map([[position(part.source), 1]]);
        return { first: here, last: here, empty: 0 };
      }
      case 'place':
        // Treated as always true, which can only add ways.
        return EMPTY;
      case 'lookahead':
        return either(inOrder(walk(part.body), walk({ kind: 'character', source: NOTHING })), EMPTY);
      case 'sequence':
        return part.parts.map(walk).reduce(inOrder, EMPTY);
      case 'choice':
        return part.parts.map(walk).reduce(either);
      case 'repeat':
        return repeat(part.body, part.least, part.most);
    }
  }

  /** `x{2,4}` is `xx(x(x)?)?`, `x{2,}` is `xx+`. */
  function repeat(body: Tree, least: number, most: number): Part {
    if (most === 0) return EMPTY;
    if (least > 1) return inOrder(walk(body), repeat(body, least - 1, most - 1));
    if (most === Number.POSITIVE_INFINITY) {
      const once = walk(body);
      follow(once, once);
      return least === 0 ? either(once, EMPTY) : once;
    }
    const once = most === 1 ? walk(body) : inOrder(walk(body), repeat(body, 0, most - 1));
    return least === 0 ? either(once, EMPTY) : once;
  }

  function inOrder(one: Part, other: Part): Part {
    follow(one, other);
    return {
      first: added(one.first, times(other.first, one.empty)),
      last: added(other.last, times(one.last, other.empty)),
      empty: one.empty * other.empty,
    };
  }

  function follow({ last }: Part, { first: then }: Part): void {
    for (const [from, ways] of last)
      for (const [to, more] of then) {
        const steps = next[from];
        steps?.set(to, Math.min(2, (steps.get(to) ?? 0) + ways * more));
      }
  }
}

/** The start and end positions of a part, and the number of ways in which it matches the empty text. */
interface Part {
  readonly first: Steps;
  readonly last: Steps;
  readonly empty: number;
}

const EMPTY: Part = { first: new Map(), last: new Map(), empty: 1 };

const either = (one: Part, other: Part): Part => ({
  first: added(one.first, other.first),
  last: added(one.last, other.last),
  empty: one.empty + other.empty,
});

function added(one: Steps, other: Steps): Steps {
  const sum = new Map(one);
  for (const [position, ways] of other) sum.set(position, Math.min(2, (sum.get(position) ?? 0) + ways));
  return sum;
}

const times = (steps: Steps, factor: number): Steps =>
  factor === 0
    ? new Map()
    : new Map([...steps].map(([position, ways]) => [position, Math.min(2, ways * factor)]));

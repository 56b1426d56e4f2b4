import type { Attack } from './running-time.ts';

/**
 * Measures an attack: the ratio of the times for two texts, divided by the ratio of their lengths. It is about 1 where time is
 * linear, and 8 or more where it is not.
 */
export function steepness(expression: RegExp, attack: Attack): number {
  const textOf = textsOf(expression, attack);
  const doubles = attack.growth === 'exponential';
  const most = doubles ? MOST_DOUBLINGS : MOST_TURNS;
  let turns = 8;
  while (milliseconds(expression, textOf(turns)) < LONG_ENOUGH && turns < most)
    turns = doubles ? turns + 1 : turns * 2;
  const [short, long] = [textOf(doubles ? turns - 6 : turns / 8), textOf(turns)];
  const slower = milliseconds(expression, long) / milliseconds(expression, short);
  return slower / (long.length / short.length);
}

/** Milliseconds: more than the error of the clock and a busy machine. */
const LONG_ENOUGH = 5;
/** An expression whose time doubles with each repetition takes far longer for so many. */
const MOST_TURNS = 2 ** 17;
const MOST_DOUBLINGS = 64;

/** Candidates for the text after an attack that must not match; none suits all expressions. */
const ENDS = ['', '!', ':', '\u0001', 'x', '\n', '\u20ac'];

function textsOf(expression: RegExp, { before, again }: Attack): (turns: number) => string {
  const textOf = (turns: number, end: string): string => `${before}${again.repeat(turns)}${end}`;
  const end = ENDS.find((candidate) => textOf(8, candidate).search(expression) < 0) ?? '';
  return (turns) => textOf(turns, end);
}

/** The shortest of five runs: other load only adds time, and the engine compiles an expression at its second use. */
function milliseconds(expression: RegExp, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    text.replace(expression, '');
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

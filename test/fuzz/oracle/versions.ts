/** Above 0 if `one` is newer. A missing number counts as 0. */
export function newer(one: readonly string[], other: readonly string[]): number {
  for (let at = 0; at < one.length || at < other.length; at++) {
    const [a, b] = [Number(one[at] ?? '0'), Number(other[at] ?? '0')];
    if (a !== b) return a - b;
  }
  return 0;
}

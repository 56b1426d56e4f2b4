/**
 * The known word closest to `word`, if any is close. A word that differs only in case is closest. Otherwise it is at most two
 * edits away (insert, delete, replace, swap of neighbours), and at most a third of the known word's length, so that short words
 * need to be nearly right. Among equally close words, the one that sorts first is taken, so the order of the catalog does not
 * matter.
 * `fits` excludes words; it is called only for close ones.
 */
export function nearest(
  word: string,
  known: Iterable<string>,
  fits: (candidate: string) => boolean = () => true,
): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  const letters = lettersOf(word);
  const folded = word.toLowerCase();
  for (const candidate of known) {
    if (candidate.length === word.length && candidate.toLowerCase() === folded && fits(candidate)) {
      if (bestDistance > 0 || (best !== undefined && candidate < best)) best = candidate;
      bestDistance = 0;
      continue;
    }
    const bound = Math.min(2, Math.floor(candidate.length / 3), bestDistance);
    if (Math.abs(candidate.length - word.length) > bound) continue;
    // One edit changes at most two bits of the set of letters. This cheap test avoids most of the real comparisons.
    if (bitCount(letters ^ lettersOf(candidate)) > 2 * bound) continue;
    const distance = editDistance(word, candidate, bound);
    if (distance > bound || !fits(candidate)) continue;
    if (distance < bestDistance || (best !== undefined && candidate < best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Damerau-Levenshtein distance (unrestricted: a swapped pair may be edited again) for a bound of at most two;
 * `bound + 1` for anything above it. Only cells within `bound` of the diagonal are computed, and four rows are kept,
 * because a name with faults may be as long as the document allows.
 */
export function editDistance(one: string, other: string, bound: number): number {
  const far = bound + 1;
  if (Math.abs(one.length - other.length) > bound) return far;
  const [a, b] = withoutCommonEnds(one, other);
  const width = 2 * bound + 1;
  const cells = new Uint8Array(4 * width);
  const place = (i: number, j: number): number => (i & 3) * width + (j - i + bound);
  const cell = (i: number, j: number): number =>
    Math.abs(j - i) > bound ? far : (cells[place(i, j)] ?? far);

  for (let i = 0; i <= a.length; i++) {
    let least = far;
    for (let j = i - bound; j <= i + bound; j++) {
      let distance = far;
      if (j === 0 || (i === 0 && j > 0)) distance = i + j;
      else if (j > 0 && j <= b.length) {
        const replaced = cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
        distance = Math.min(replaced, cell(i - 1, j) + 1, cell(i, j - 1) + 1, swapped(a, b, i, j, cell, far));
      }
      cells[place(i, j)] = Math.min(distance, far);
      least = Math.min(least, distance);
    }
    // Distances do not shrink from row to row, so even a swap from an earlier row exceeds the bound from here on.
    if (least > bound) return far;
  }
  return cell(a.length, b.length);
}

/** Drops the common beginning and end, which need no edit: most names of a catalog differ by a few letters. */
function withoutCommonEnds(one: string, other: string): readonly [string, string] {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one.charCodeAt(start) === other.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < shorter - start &&
    one.charCodeAt(one.length - 1 - end) === other.charCodeAt(other.length - 1 - end)
  )
    end++;
  return [one.slice(start, one.length - end), other.slice(start, other.length - end)];
}

/**
 * The distance at a cell if the last edit is a swap. With at most two edits, a swap spans at most one edited letter on either
 * side.
 */
function swapped(
  a: string,
  b: string,
  i: number,
  j: number,
  cell: (i: number, j: number) => number,
  far: number,
): number {
  let least = far;
  for (let k = i - 1; k >= Math.max(1, i - 2); k--) {
    for (let l = j - 1; l >= Math.max(1, j - 2); l--) {
      if (a[k - 1] === b[j - 1] && a[i - 1] === b[l - 1]) {
        least = Math.min(least, cell(k - 1, l - 1) + (i - k - 1) + 1 + (j - l - 1));
      }
    }
  }
  return least;
}

function lettersOf(word: string): number {
  let set = 0;
  for (let i = 0; i < word.length; i++) set |= 1 << (word.charCodeAt(i) & 31);
  return set;
}

function bitCount(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

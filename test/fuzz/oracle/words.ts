/**
 * The number of letters to insert, delete, replace or swap with their neighbour to turn one word into the other. A swapped pair
 * may be edited again (Damerau and Levenshtein, with the full table).
 */
function distance(a: string, b: string): number {
  const table: number[][] = [];
  const at = (i: number, j: number): number => table[i]?.[j] as number;
  for (let i = 0; i <= a.length; i++) {
    table.push([]);
    for (let j = 0; j <= b.length; j++) {
      const ways = i === 0 || j === 0 ? [i + j] : [at(i - 1, j) + 1, at(i, j - 1) + 1];
      if (i > 0 && j > 0) ways.push(at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      // The letters between two swapped ones are deleted and inserted. Distances above two are irrelevant.
      for (let k = Math.max(1, i - 3); k < i; k++) {
        for (let l = Math.max(1, j - 3); l < j; l++) {
          if (a[k - 1] === b[j - 1] && a[i - 1] === b[l - 1])
            ways.push(at(k - 1, l - 1) + (i - k - 1) + 1 + (j - l - 1));
        }
      }
      table[i]?.push(Math.min(...ways));
    }
  }
  return at(a.length, b.length);
}

/**
 * The distance to a close known word: none if they differ only in case; otherwise at most two edits, and at most a third of the
 * known word's length.
 */
export function closeness(word: string, known: string): number | undefined {
  if (word.toLowerCase() === known.toLowerCase()) return 0;
  const most = Math.min(2, Math.floor(known.length / 3));
  // An edit changes at most one letter of each word, so words with more different letters need no table.
  const differs =
    Math.abs(word.length - known.length) > most ||
    lettersNotIn(word, known) > most ||
    lettersNotIn(known, word) > most;
  const edits = differs ? most + 1 : distance(word, known);
  return edits <= most ? edits : undefined;
}

/** The number of letters of one word without a counterpart in the other. */
function lettersNotIn(other: string, word: string): number {
  let rest = word;
  for (const letter of other) rest = rest.replace(letter, '');
  return rest.length;
}

import type { Random } from '../../support/random.ts';

const LETTERS = Array.from('abcxyz019._-A');

/** The word in capitals, or with up to three typing errors: a letter inserted, removed or replaced, or two swapped. */
export function misspelt(word: string, random: Random): string {
  if (random.chance(12)) return word.toUpperCase();
  let letters = Array.from(word);
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = random.below(letters.length + 1);
    const letter = random.of(LETTERS);
    switch (random.below(4)) {
      case 0:
        letters.splice(at, 0, letter);
        break;
      case 1:
        letters.splice(at, 1);
        break;
      case 2:
        letters.splice(at, 1, letter);
        break;
      default:
        letters = [...letters.slice(0, at), ...letters.slice(at, at + 2).reverse(), ...letters.slice(at + 2)];
    }
  }
  return letters.join('');
}

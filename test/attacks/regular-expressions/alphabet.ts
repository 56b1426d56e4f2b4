/** An alphabet for an expression. Characters that it never distinguishes are one letter, with an example in `letters`. */
export interface Alphabet {
  readonly letters: readonly string[];
  /** The letters that each character source matches, as bits. */
  readonly takes: ReadonlyMap<string, bigint>;
}

/** All characters of the basic plane, and beyond it a smiley, a musical sign, a tag and the last character. */
const CHARACTERS: readonly string[] = [
  ...new Array(0x1_0000).keys(),
  ...[0x1_f600, 0x1_d173, 0xe_0041, 0x10_ffff],
].map((codePoint) => String.fromCodePoint(codePoint));

export function alphabetOf(sources: ReadonlySet<string>, flags: string): Alphabet {
  const letterOf = new Uint16Array(CHARACTERS.length);
  let letters = [''];
  const memberships = new Map([...sources].map((source) => [source, membershipOf(source, flags)]));
  for (const members of memberships.values()) {
    const split = new Map<number, number>();
    letters = [];
    for (const [index, character] of CHARACTERS.entries()) {
      const key = (letterOf[index] ?? 0) * 2 + (members[index] ?? 0);
      let letter = split.get(key);
      if (letter === undefined) {
        letter = letters.push(character) - 1;
        split.set(key, letter);
      }
      letterOf[index] = letter;
    }
  }
  const takes = new Map(
    [...memberships].map(([source, members]) => {
      let bits = 0n;
      for (const [index, member] of members.entries()) if (member) bits |= 1n << BigInt(letterOf[index] ?? 0);
      return [source, bits];
    }),
  );
  return { letters, takes };
}

const known = new Map<string, Uint8Array>();

/** Asks the engine which characters match. */
function membershipOf(source: string, flags: string): Uint8Array {
  const kept = flags.replace(/[^isu]/g, '');
  const key = `${source}/${kept}`;
  let members = known.get(key);
  if (!members) {
    const one = new RegExp(`^${source}$`, kept);
    members = Uint8Array.from(CHARACTERS, (character) => (one.test(character) ? 1 : 0));
    known.set(key, members);
  }
  return members;
}

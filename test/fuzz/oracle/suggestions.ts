import { isDeprecated, type PlainEntry } from './images.ts';
import { newer } from './versions.ts';
import { closeness } from './words.ts';

/** Canonical names, one of which must be suggested for an unknown name; empty if none is close. */
export function suggestionsFor(asked: string, catalog: readonly PlainEntry[]): string[] {
  const groups = [
    catalog.filter((entry) => !isDeprecated(entry)),
    catalog.filter((entry) => isDeprecated(entry)),
  ];
  const word = asked.toLowerCase();
  // An equal name is meant, deprecated or not. In a family, deprecated entries come last.
  const ways = [
    ...groups.map((group) => group.filter((entry) => knownAs(entry).includes(word)).map(({ name }) => name)),
    ...groups.map((group) => equal(word, group)),
    ...groups.map((group) => ofTheFamily(word, group)),
    fewestEdits(groups, (entry) => knownAs(entry).map((known) => closeness(bare(word), bare(known)))),
    // The word as written is compared with names that have a prefix or a suffix.
    fewestEdits(groups, (entry) =>
      knownAs(entry)
        .filter((known) => peeled(known) !== known)
        .map((known) => closeness(word, known)),
    ),
  ];
  return ways.find((names) => names.length > 0) ?? [];
}

/** Case never counts. */
const knownAs = ({ name, aliases }: PlainEntry): string[] =>
  [name, ...aliases].map((known) => known.toLowerCase());

const equal = (word: string, group: readonly PlainEntry[]): string[] =>
  group.filter((entry) => knownAs(entry).some((known) => bare(known) === bare(word))).map(({ name }) => name);

/** The entries with the fewest edits; of equally close ones, those of the first group. */
function fewestEdits(
  groups: readonly (readonly PlainEntry[])[],
  editsOf: (entry: PlainEntry) => readonly (number | undefined)[],
): string[] {
  const close = groups.flatMap((group, place) =>
    group.flatMap((entry) =>
      editsOf(entry).flatMap((edits) => (edits === undefined ? [] : [{ name: entry.name, edits, place }])),
    ),
  );
  const fewest = Math.min(...close.map(({ edits }) => edits));
  const closest = close.filter(({ edits }) => edits === fewest);
  const first = Math.min(...closest.map(({ place }) => place));
  return closest.filter(({ place }) => place === first).map(({ name }) => name);
}

/** The name without its ignored prefixes and suffixes. */
function peeled(word: string): string {
  for (const prefix of ['tf-', 'toolforge-'])
    if (word.startsWith(prefix)) return peeled(word.replace(prefix, ''));
  for (const suffix of ['-sssd', '-base', '-web'])
    if (word.endsWith(suffix)) return peeled(word.slice(0, word.length - suffix.length));
  return word;
}

const bare = (word: string): string => plainLetters(peeled(word));
const plainLetters = (word: string): string => word.split('.').join('').split('-').join('');

/** Letters, numbers and the rest: `python`, 3 and 11, `x` for `python-3-11x`. */
function partsOf(word: string): { family: string; numbers: string[] } {
  const core = peeled(word).split('-').join('.');
  const start = core.search(/[0-9]/);
  if (start < 1) return { family: `${plainLetters(core)}|`, numbers: [] };
  const pieces = core.slice(start).split('.');
  const numbers: string[] = [];
  let rest = '';
  for (const [index, piece] of pieces.entries()) {
    const digits = /^[0-9]*/.exec(piece)?.[0] ?? '';
    if (digits !== '') numbers.push(digits);
    if (digits !== piece || digits === '') {
      rest = [piece.slice(digits.length), ...pieces.slice(index + 1)].join('');
      break;
    }
  }
  return { family: `${plainLetters(core.slice(0, start))}|${rest}`, numbers };
}

/** The entries whose numbers are nearest to the requested ones, and of these the newest. */
function ofTheFamily(word: string, group: readonly PlainEntry[]): string[] {
  const { family, numbers } = partsOf(word);
  let best: { name: string; version: string[] }[] = [];
  for (const { name } of group) {
    const { family: own, numbers: version } = partsOf(name.toLowerCase());
    if (own !== family || version.length === 0) continue;
    const [other] = best;
    const order = other ? nearer(numbers, version, other.version) : -1;
    if (order < 0) best = [{ name, version }];
    else if (order === 0) best.push({ name, version });
  }
  return best.map(({ name }) => name);
}

/** Below 0 if `one` is nearer to the requested version than `other`, or equally near and newer. */
function nearer(asked: readonly string[], one: readonly string[], other: readonly string[]): number {
  const [a, b] = [offBy(asked, one), offBy(asked, other)];
  // The first different number decides.
  if (a.at !== b.at) return b.at - a.at;
  return a.by === b.by ? newer(other, one) : a.by - b.by;
}

/** The position and the size of the first difference. */
function offBy(asked: readonly string[], version: readonly string[]): { at: number; by: number } {
  const wanted = asked.length === 1 ? cutLike(asked[0] as string, version) : asked;
  for (let at = 0; at < Math.min(wanted.length, version.length); at++) {
    const by = Math.abs(Number(wanted[at]) - Number(version[at]));
    if (by !== 0) return { at, by };
  }
  return { at: Number.MAX_SAFE_INTEGER, by: 0 };
}

/** `312` is 3 and 12 when it is compared with `3.13`. */
function cutLike(digits: string, version: readonly string[]): string[] {
  let left = digits;
  const numbers: string[] = [];
  for (const [index, { length }] of version.entries()) {
    const here = index === version.length - 1 ? left : left.slice(0, length);
    left = left.slice(here.length);
    if (here !== '') numbers.push(here);
  }
  return numbers;
}

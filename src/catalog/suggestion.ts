import { editDistance, nearest } from './did-you-mean.ts';
import { type Entry, isDeprecated } from './entry.ts';
import { compareVersions, type Version, versionedName } from './versioned-name.ts';

/** The entry that an unknown short name probably means; undefined if none is close. */
export type Suggest = (shortName: string) => Entry | undefined;

/**
 * Suggests entries of a catalog, given by name and alias. An entry whose name or alias differs only in case comes first, then one
 * that differs only in prefixes, suffixes, dots and dashes (`tf-python311` and `python3.11`), then the nearest version of the same
 * family (`node22` and `node20`), then the entry with the fewest edits. Case never counts. Of otherwise equal entries, and within a
 * family, one that is not deprecated comes before one that is.
 *
 * Between equally good entries the names decide, so the order of the catalog does not matter. For 2,000 entries the first call
 * takes some milliseconds, because it makes the index, and each further call about one.
 */
export function suggestionsFrom(shortNames: ReadonlyMap<string, Entry>): Suggest {
  let index: SuggestionIndex | undefined;
  return (asked) => {
    index ??= suggestionIndexOf(shortNames);
    const { current, deprecated } = index;
    const shortName = asked.toLowerCase();
    const core = withoutAffixes(shortName);
    const bare = withoutSeparators(core);
    return (
      current.folded.get(shortName) ??
      deprecated.folded.get(shortName) ??
      current.bare.get(bare) ??
      deprecated.bare.get(bare) ??
      memberOf(current, core) ??
      memberOf(deprecated, core) ??
      // A typo in a prefix, as in `tff-python39`, counts less when the prefix is compared, too.
      fewestEdits(bare, current.bare, deprecated.bare) ??
      fewestEdits(shortName, current.affixed, deprecated.affixed)
    );
  };
}

/** Either all deprecated entries or all others. All texts are in lower case. */
interface Candidates {
  readonly families: Map<string, Member[]>;
  /** By name and alias. */
  readonly folded: Map<string, Entry>;
  /** By name and alias, without affixes and separators. */
  readonly bare: Map<string, Entry>;
  /** By name and alias; only those with a prefix or a suffix. */
  readonly affixed: Map<string, Entry>;
}

interface Member {
  readonly entry: Entry;
  readonly version: Version;
}

interface SuggestionIndex {
  readonly current: Candidates;
  readonly deprecated: Candidates;
}

function suggestionIndexOf(shortNames: ReadonlyMap<string, Entry>): SuggestionIndex {
  const [current, deprecated] = [candidates(), candidates()];
  for (const [written, entry] of shortNames) {
    const shortName = written.toLowerCase();
    const core = withoutAffixes(shortName);
    const its = isDeprecated(entry) ? deprecated : current;
    keepFirst(its.folded, shortName, entry);
    keepFirst(its.bare, withoutSeparators(core), entry);
    if (core !== shortName) keepFirst(its.affixed, shortName, entry);
    if (written === entry.name) addToFamily(its.families, core, entry);
  }
  return { current, deprecated };
}

const candidates = (): Candidates => ({
  families: new Map(),
  folded: new Map(),
  bare: new Map(),
  affixed: new Map(),
});

function keepFirst(entries: Map<string, Entry>, key: string, entry: Entry): void {
  const other = entries.get(key);
  if (!other || entry.name < other.name) entries.set(key, entry);
}

function addToFamily(families: Candidates['families'], core: string, entry: Entry): void {
  const { family, version } = familyAndVersion(core);
  if (version.length === 0) return;
  const members = families.get(family);
  if (members) members.push({ entry, version });
  else families.set(family, [{ entry, version }]);
}

function memberOf({ families }: Candidates, core: string): Entry | undefined {
  const { family, version } = familyAndVersion(core);
  return nearestVersion(version, families.get(family) ?? []);
}

/** The entry with the fewest edits; of equally close ones, a current one. */
function fewestEdits(
  word: string,
  current: ReadonlyMap<string, Entry>,
  deprecated: ReadonlyMap<string, Entry>,
): Entry | undefined {
  const [one, other] = [nearest(word, current.keys()), nearest(word, deprecated.keys())];
  if (one === undefined || other === undefined) return current.get(one ?? '') ?? deprecated.get(other ?? '');
  return editDistance(word, other, 2) < editDistance(word, one, 2) ? deprecated.get(other) : current.get(one);
}

/** Drops what clients of earlier years put around a name: `toolforge-python311-sssd-web` is `python311`. */
function withoutAffixes(shortName: string): string {
  let core = shortName;
  for (let prefix = prefixOf(core); prefix !== undefined; prefix = prefixOf(core))
    core = core.slice(prefix.length);
  for (let suffix = suffixOf(core); suffix !== undefined; suffix = suffixOf(core))
    core = core.slice(0, -suffix.length);
  return core;
}

const prefixOf = (core: string): string | undefined => PREFIXES.find((prefix) => core.startsWith(prefix));
const suffixOf = (core: string): string | undefined => SUFFIXES.find((suffix) => core.endsWith(suffix));

const PREFIXES = ['tf-', 'toolforge-'];
const SUFFIXES = ['-sssd', '-base', '-web'];

const withoutSeparators = (core: string): string => core.replaceAll(/[.-]/g, '');

/** A name without digits has a family and no version: `python` is any Python. */
function familyAndVersion(core: string): { readonly family: string; readonly version: Version } {
  const versioned = versionedName(core.replaceAll('-', '.'));
  if (!versioned) return { family: `${withoutSeparators(core)} `, version: [] };
  const { letters, version, rest } = versioned;
  return { family: `${withoutSeparators(letters)} ${withoutSeparators(rest)}`, version };
}

/** The member with the nearest version; the newest if two are equally near. */
function nearestVersion(asked: Version, members: readonly Member[]): Entry | undefined {
  let best: (Member & { readonly distance: readonly number[] }) | undefined;
  for (const member of members) {
    const distance = distanceOf(asked, member.version);
    const difference = best
      ? compareDistances(distance, best.distance) ||
        compareVersions(best.version, member.version) ||
        (member.entry.name < best.entry.name ? -1 : 1)
      : -1;
    if (difference < 0) best = { ...member, distance };
  }
  return best?.entry;
}

/** A 0 for each equal number of two versions, then the difference of the first unequal number. Later numbers do not count. */
function distanceOf(asked: Version, version: Version): readonly number[] {
  const wanted = fitted(asked, version);
  const compared = Math.min(wanted.length, version.length);
  for (let i = 0; i < compared; i++) {
    const difference = Math.abs(Number(wanted[i]) - Number(version[i]));
    if (difference !== 0) return [...new Array<number>(i).fill(0), difference];
  }
  return [];
}

/** Splits digits without dots in the same way as another version: compared with 3.13, `312` is 3.12. */
function fitted(asked: Version, version: Version): Version {
  const [digits = ''] = asked;
  if (asked.length !== 1) return asked;
  const numbers: string[] = [];
  let from = 0;
  for (const { length } of version.slice(0, -1)) {
    numbers.push(digits.slice(from, from + length));
    from += length;
  }
  return [...numbers, digits.slice(from)].filter((number) => number !== '');
}

function compareDistances(one: readonly number[], other: readonly number[]): number {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

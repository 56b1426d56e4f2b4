import { nearest } from './did-you-mean.ts';
import { type Entry, isDeprecated } from './entry.ts';
import { compareVersions, type Version, versionedName } from './versioned-name.ts';

/** The entry that an unknown short name probably means; undefined if none is close. */
export type Suggest = (shortName: string) => Entry | undefined;

/**
 * Suggests entries of a catalog, given by name and alias. An entry whose name or alias differs only in prefixes, suffixes,
 * dots and dashes comes first (`tf-python311` and `python3.11`), then the nearest version of the same family (`node22` and
 * `node20`), then the entry with the fewest edits. An entry that is not deprecated comes before one that is.
 *
 * Between equally good entries the names decide, so the order of the catalog does not matter. For 2,000 entries the first call
 * takes some milliseconds, because it makes the index, and each further call about one.
 */
export function suggestionsFrom(shortNames: ReadonlyMap<string, Entry>): Suggest {
  let index: SuggestionIndex | undefined;
  return (shortName) => {
    index ??= suggestionIndexOf(shortNames);
    const core = withoutAffixes(shortName);
    return (
      index.equal.get(withoutSeparators(core)) ??
      suggestionAmong(index.current, shortName, core) ??
      suggestionAmong(index.deprecated, shortName, core)
    );
  };
}

/** Either all deprecated entries or all others. */
interface Candidates {
  readonly families: Map<string, Member[]>;
  /** By name and alias, without affixes and separators. */
  readonly bare: Map<string, Entry>;
  /** By name and alias as written; only those with a prefix or a suffix. */
  readonly written: Map<string, Entry>;
}

interface Member {
  readonly entry: Entry;
  readonly version: Version;
}

interface SuggestionIndex {
  /** The best entry for each name or alias without affixes and separators. */
  readonly equal: Map<string, Entry>;
  readonly current: Candidates;
  readonly deprecated: Candidates;
}

function suggestionIndexOf(shortNames: ReadonlyMap<string, Entry>): SuggestionIndex {
  const [current, deprecated] = [candidates(), candidates()];
  for (const [shortName, entry] of shortNames) {
    const core = withoutAffixes(shortName);
    const its = isDeprecated(entry) ? deprecated : current;
    keepFirst(its.bare, withoutSeparators(core), entry);
    if (core !== shortName) its.written.set(shortName, entry);
    if (shortName === entry.name) addToFamily(its.families, core, entry);
  }
  return { equal: new Map([...deprecated.bare, ...current.bare]), current, deprecated };
}

const candidates = (): Candidates => ({ families: new Map(), bare: new Map(), written: new Map() });

function keepFirst(entries: Map<string, Entry>, bare: string, entry: Entry): void {
  const other = entries.get(bare);
  if (!other || entry.name < other.name) entries.set(bare, entry);
}

function addToFamily(families: Candidates['families'], core: string, entry: Entry): void {
  const { family, version } = familyAndVersion(core);
  if (version.length === 0) return;
  const members = families.get(family);
  if (members) members.push({ entry, version });
  else families.set(family, [{ entry, version }]);
}

function suggestionAmong(
  { families, bare, written }: Candidates,
  shortName: string,
  core: string,
): Entry | undefined {
  const { family, version } = familyAndVersion(core);
  const members = families.get(family);
  if (members) return nearestVersion(version, members);
  // A typo in a prefix, as in `tff-python39`, counts less when the prefix is compared, too.
  return (
    bare.get(nearest(withoutSeparators(core), bare.keys()) ?? '') ??
    written.get(nearest(shortName, written.keys()) ?? '')
  );
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

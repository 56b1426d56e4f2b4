import { nearest } from './did-you-mean.ts';
import { type Entry, isDeprecated } from './entry.ts';
import { compareVersions, type Version, versionedName } from './versioned-name.ts';

/**
 * The entry that an unknown short name means, if one is close: first the one whose name or alias is equal but for what
 * counts for nothing (`tf-python311` and `python3.11`), then the nearest version of the same family (`node22` and `node20`),
 * then the one with the least edits. An entry that is not deprecated comes before one that is.
 *
 * Where several are equally good, their names decide: the order of the catalog does not matter. For 2,000 entries the first
 * call of a catalog takes some milliseconds, each further one about one.
 */
export function suggestedEntry(shortName: string, shortNames: ReadonlyMap<string, Entry>): Entry | undefined {
  const core = withoutAffixes(shortName);
  const bare = withoutSeparators(core);
  const { equal, current, deprecated } = suggestionIndexOf(shortNames);
  return (
    equal.get(bare) ??
    suggestionAmong(current, shortName, core) ??
    suggestionAmong(deprecated, shortName, core)
  );
}

/** Entries of one kind, deprecated or not. */
interface Candidates {
  readonly families: Map<string, Member[]>;
  /** By names and aliases without what counts for nothing. */
  readonly bare: Map<string, Entry>;
  /** By those as they are written that have a prefix or a suffix. */
  readonly written: Map<string, Entry>;
}

interface Member {
  readonly entry: Entry;
  readonly version: Version;
}

interface SuggestionIndex {
  /** The best of each, by what is left of a name or alias without what counts for nothing. */
  readonly equal: Map<string, Entry>;
  readonly current: Candidates;
  readonly deprecated: Candidates;
}

/** Most catalogs are never asked: an index is made by the first question. */
const indexes = new WeakMap<ReadonlyMap<string, Entry>, SuggestionIndex>();

function suggestionIndexOf(shortNames: ReadonlyMap<string, Entry>): SuggestionIndex {
  const known = indexes.get(shortNames);
  if (known) return known;
  const [current, deprecated] = [candidates(), candidates()];
  for (const [shortName, entry] of shortNames) {
    const core = withoutAffixes(shortName);
    const its = isDeprecated(entry) ? deprecated : current;
    keepFirst(its.bare, withoutSeparators(core), entry);
    if (core !== shortName) its.written.set(shortName, entry);
    if (shortName === entry.name) addToFamily(its.families, core, entry);
  }
  const index = { equal: new Map([...deprecated.bare, ...current.bare]), current, deprecated };
  indexes.set(shortNames, index);
  return index;
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
  // A slip within a prefix makes more of a difference where the prefix counts for nothing: `tff-python39`.
  return (
    bare.get(nearest(withoutSeparators(core), bare.keys()) ?? '') ??
    written.get(nearest(shortName, written.keys()) ?? '')
  );
}

/** What clients of earlier years put around a name: `toolforge-python311-sssd-web`. */
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

/** Without digits there is a family, but no version: `python` is any Python. */
function familyAndVersion(core: string): { readonly family: string; readonly version: Version } {
  const versioned = versionedName(core.replaceAll('-', '.'));
  if (!versioned) return { family: `${withoutSeparators(core)} `, version: [] };
  const { letters, version, rest } = versioned;
  return { family: `${withoutSeparators(letters)} ${withoutSeparators(rest)}`, version };
}

/** Of those that are equally near, the newest. */
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

/** How far the first number is off that differs, and which one that is: behind it, being near means nothing. */
function distanceOf(asked: Version, version: Version): readonly number[] {
  const wanted = fitted(asked, version);
  const compared = Math.min(wanted.length, version.length);
  for (let i = 0; i < compared; i++) {
    const difference = Math.abs(Number(wanted[i]) - Number(version[i]));
    if (difference !== 0) return [...new Array<number>(i).fill(0), difference];
  }
  return [];
}

/** The digits of an alias have no dots: beside 3.13, `312` is 3.12. */
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

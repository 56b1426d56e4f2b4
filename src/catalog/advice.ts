import { type Entry, isDeprecated } from './entry.ts';
import { compareVersions, type VersionedName, versionedName } from './versioned-name.ts';

/**
 * Adds advice to deprecated entries. An entry without a replacement gets the newest stable entry of its family. An entry without
 * a `deprecation.url` gets `helpUrl`, if that is set.
 */
export function withAdvice(entries: readonly Entry[], helpUrl: string | undefined): readonly Entry[] {
  const newestOf = newestStable(entries);
  return entries.map((entry) => {
    if (!isDeprecated(entry)) return entry;
    const newer = entry.deprecation?.replacement === undefined ? newestOf(entry.name) : undefined;
    return {
      ...entry,
      ...(newer !== undefined && { newer }),
      ...(helpUrl !== undefined && entry.deprecation?.url === undefined && { helpUrl }),
    };
  });
}

/**
 * Finds the newest stable entry of a name's family that is newer than the name. Names of a family differ in the version
 * alone: `python3.7` and `python3.13`, not `python3.13-slim`. If versions are equal (8.2 and 8.02), the name that
 * sorts first is taken, so the order of the catalog does not matter.
 */
function newestStable(entries: readonly Entry[]): (name: string) => string | undefined {
  const newest = new Map<string, { readonly name: string; readonly versioned: VersionedName }>();
  for (const { name, state } of entries) {
    const versioned = state === 'stable' ? versionedName(name) : undefined;
    if (!versioned) continue;
    const best = newest.get(familyOf(versioned));
    const order = best ? compareVersions(versioned.version, best.versioned.version) : 1;
    if (!best || order > 0 || (order === 0 && name < best.name))
      newest.set(familyOf(versioned), { name, versioned });
  }
  return (name) => {
    const versioned = versionedName(name);
    const best = versioned && newest.get(familyOf(versioned));
    return best && compareVersions(best.versioned.version, versioned.version) > 0 ? best.name : undefined;
  };
}

/** A key of the family; names have no spaces. */
const familyOf = ({ letters, rest }: VersionedName): string => `${letters} ${rest}`;

import { type Entry, isDeprecated } from './entry.ts';
import { compareVersions, type VersionedName, versionedName } from './versioned-name.ts';

/**
 * Entries with the advice that the whole catalog gives about deprecated ones: the newest stable entry of the family for one
 * without a replacement, and a general page, if there is one, for one without a `deprecation.url`.
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
 * By a name, the newest stable entry of its family that is really newer. A family differs in nothing but the version:
 * `python3.7` and `python3.13`, not `python3.13-slim`. Of versions that are equal (8.2 and 8.02) the first name in the
 * alphabet, so that the order of a catalog does not matter.
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

/** Names have no spaces. */
const familyOf = ({ letters, rest }: VersionedName): string => `${letters} ${rest}`;

/** A name with digits in three parts: `python3.11-slim` is `python`, 3.11 and `-slim`. */
export interface VersionedName {
  readonly letters: string;
  readonly version: Version;
  readonly rest: string;
}

/** The numbers of a version, as they are written. */
export type Version = readonly string[];

/** Undefined for a name that has no digit, or nothing before the first one: `bullseye` has no version. */
export function versionedName(name: string): VersionedName | undefined {
  const start = name.search(/[0-9]/);
  if (start < 1) return undefined;
  const [text = ''] = VERSION.exec(name.slice(start)) ?? [];
  return {
    letters: name.slice(0, start),
    version: text.split('.'),
    rest: name.slice(start + text.length),
  };
}

const VERSION = /^[0-9]+(?:\.[0-9]+)*/;

/** Number by number, and a number that is missing is 0: 3.9 comes before 3.11, and 3 equals 3.0. */
export function compareVersions(one: Version, other: Version): number {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const difference = Number(one[i] ?? 0) - Number(other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

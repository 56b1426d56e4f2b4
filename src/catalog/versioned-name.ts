/** The three parts of a name with digits: `python3.11-slim` is `python`, 3.11 and `-slim`. */
export interface VersionedName {
  readonly letters: string;
  readonly version: Version;
  readonly rest: string;
}

/** The numbers of a version, as written. */
export type Version = readonly string[];

/** Splits a name; undefined if it has no digit, such as `bullseye`, or begins with one. */
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

/** Compares number by number. A missing number counts as 0: 3.9 sorts before 3.11, and 3 equals 3.0. */
export function compareVersions(one: Version, other: Version): number {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const difference = Number(one[i] ?? 0) - Number(other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

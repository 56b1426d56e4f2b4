import lock from '../../package-lock.json' with { type: 'json' };

export interface LockedPackage {
  /** The path in the lock file, such as node_modules/a/node_modules/b. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** The SPDX expression of the package. */
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  /** Installed for development only. */
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

type Entry = Omit<LockedPackage, 'path' | 'name'>;

/** All packages of the lock file without our own. */
export const lockedPackages: readonly LockedPackage[] = Object.entries(
  lock.packages as Readonly<Record<string, Entry>>,
)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({ path, name: path.split('node_modules/').at(-1) ?? '', ...entry }));

export const productionPackages = lockedPackages.filter(({ dev }) => !dev);

/** `name@1.2.3`, as npm writes it. */
export const labelOf = ({ name, version }: { readonly name: string; readonly version: string }): string =>
  `${name}@${version}`;

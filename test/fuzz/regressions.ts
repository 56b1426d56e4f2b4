import type { FuzzName } from './shares.ts';

/** A case that failed once, with its cause. Every run tries it before new cases. */
export interface Regression {
  readonly name: FuzzName;
  readonly seed: number;
  readonly number: number;
  readonly was: string;
}

/** The path of the stored case, as JSON. After a change of the generator, seed and number give another case. */
export const fileOf = ({ name, seed, number }: Regression): URL =>
  new URL(`regressions/${name}-${seed}-${number}.txt`, import.meta.url);

/** Each fault also has an ordinary test beside the fix. */
export const regressions: readonly Regression[] = [
  {
    name: 'catalogs',
    seed: 20261122,
    number: 1363,
    was: 'an unknown variant was told of an entry that a later one of its name replaces',
  },
  {
    name: 'catalogs',
    seed: 20261122,
    number: 7020,
    was: 'an unknown variant of a repeated entry was told twice',
  },
  {
    name: 'readers',
    seed: 20261122,
    number: 4986,
    was: 'an alias of an entry that only webservice reads moved in silence',
  },
  {
    name: 'edits',
    seed: 20261122,
    number: 1123,
    was: 'a changed URL was placed at another field that still had it',
  },
  {
    name: 'config-maps',
    seed: 20261122,
    number: 437,
    was: 'a refusal named break-glass, which accepts no ConfigMap that becomes immutable',
  },
];

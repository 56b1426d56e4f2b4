import fc from 'fast-check';
import { HOST, NEW_HOST } from './catalog.ts';

/** An entry as a chart would render it. */
export interface RawEntry {
  readonly state: string;
  readonly image?: string;
  readonly aliases?: readonly string[];
  readonly variants: Readonly<
    Record<string, { readonly image: string; readonly extra?: { readonly wstype: string } }>
  >;
}

export type RawCatalog = readonly (readonly [name: string, entry: RawEntry])[];

export const HOSTS = [HOST, NEW_HOST, `${HOST}:5000`];

/** Small pools, so that names, aliases and repositories of two entries are sometimes equal. */
const SHARED = ['node', 'toString', 'constructor', 'tf-node18', 'Node', 'valueOf'];

const word = (own: number): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.constantFrom('', '-base', '-web', '-DEPRECATED').map((end) => `tf-image${own}${end}`),
    },
    { weight: 1, arbitrary: fc.constantFrom(...SHARED) },
  );

const repository = (own: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(`tf-image${own}`, `tf-image${own}-base`, `tf-image${own}-web`) },
    { weight: 2, arbitrary: fc.constant(`toolforge-pre-built/image${own}`) },
    { weight: 1, arbitrary: fc.constantFrom('node', 'tf-node18', 'pre/node') },
  );

const url = (own: number): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...HOSTS), repository(own)).map((parts) => parts.join('/'));

const entry = (own: number, withImage: boolean): fc.Arbitrary<readonly [string, RawEntry]> =>
  fc
    .record({
      name: fc.oneof(
        { weight: 12, arbitrary: fc.constant(`image${own}`) },
        { weight: 1, arbitrary: fc.constantFrom(...SHARED) },
      ),
      state: fc.constantFrom('stable', 'deprecated', 'beta'),
      image: withImage ? fc.option(url(own), { nil: undefined, freq: 8 }) : fc.constant(undefined),
      aliases: fc.option(fc.uniqueArray(word(own), { maxLength: 4 }), { nil: undefined }),
      jobs: fc.option(url(own), { nil: undefined }),
      webservice: fc.option(url(own), { nil: undefined }),
      other: fc.option(url(own), { nil: undefined, freq: 1 }),
    })
    .map(({ name, state, image, aliases, jobs, webservice, other }) => [
      name,
      {
        state,
        ...(image !== undefined && { image }),
        ...(aliases && { aliases }),
        variants: {
          ...(jobs !== undefined && { 'jobs-framework': { image: jobs } }),
          ...(webservice !== undefined && { webservice: { image: webservice, extra: { wstype: 'js' } } }),
          ...(other !== undefined && { builder: { image: other } }),
        },
      },
    ]);

/** Catalogs of both shapes, with and without faults. */
export const rawCatalogs: fc.Arbitrary<RawCatalog> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.boolean())
  .chain(([size, withImage]) => fc.tuple(...Array.from({ length: size }, (_, own) => entry(own, withImage))));

/** The catalog as JSON, which is valid YAML. Entries with the same name are repeated keys. */
export const textOf = (catalog: RawCatalog): string =>
  `{${catalog.map(([name, entry]) => `${JSON.stringify(name)}: ${JSON.stringify(entry)}`).join(',\n')}}\n`;

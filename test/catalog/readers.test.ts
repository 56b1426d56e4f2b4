import { describe, expect, it } from 'vitest';
import {
  isForJobs,
  isWebserviceType,
  readersOf,
  urlFor,
  urlIn,
  webservice,
} from '../../src/catalog/readers.ts';
import { catalogOf, loaded } from '../support/problems.ts';

const IMAGE = 'image: r.example.org/a';
const JOBS = 'jobs-framework: {image: r.example.org/b}';
const WEB = 'webservice: {image: r.example.org/c, extra: {wstype: js}}';

const entries = (...fields: readonly string[]) =>
  loaded(catalogOf(...fields.map((field, index) => `a${index}: {state: stable, ${field}}`))).parsed;

const readers = (...fields: readonly string[]): string[] =>
  readersOf(entries(...fields)).map(({ label }) => label);

describe('readersOf', () => {
  it.each([
    ['of 2026', [`${IMAGE}, variants: {${JOBS}, ${WEB}}`], ['webservice', 'jobs-api of 2026']],
    ['of 2025', [`variants: {${JOBS}, ${WEB}}`], ['webservice', 'jobs-api until 2025']],
    [
      'half way',
      [`${IMAGE}, variants: {}`, `variants: {${JOBS}}`],
      ['webservice', 'jobs-api of 2026', 'jobs-api until 2025'],
    ],
    ['with webservices alone', [`variants: {${WEB}}`], ['webservice']],
    ['with nothing', ['variants: {}'], ['webservice']],
  ])('returns the readers of a catalog of %s', (_, fields, expected) => {
    expect(readers(...fields)).toEqual(expected);
  });

  it('returns readers that read only their own field', () => {
    const [entry] = entries(`${IMAGE}, variants: {${JOBS}, ${WEB}}`);
    const all = [webservice, ...readersOf(entries(`${IMAGE}, variants: {}`, `variants: {${JOBS}}`)).slice(1)];
    expect(all.map((reader) => entry && urlFor(reader, entry))).toEqual([
      'r.example.org/c',
      'r.example.org/a',
      'r.example.org/b',
    ]);
  });
});

describe('isWebserviceType and isForJobs', () => {
  it('are true for an entry with a field that webservice or a jobs-api reads', () => {
    const { catalog } = loaded(
      catalogOf(
        `one: {state: stable, ${IMAGE}, variants: {${JOBS}}}`,
        `two: {state: stable, variants: {${WEB}}}`,
      ),
    );
    expect(catalog?.entries.map(isWebserviceType)).toEqual([false, true]);
    expect(catalog?.entries.map(isForJobs)).toEqual([true, false]);
  });
});

describe('urlIn', () => {
  const urlOf = (fields: string, field: string) => {
    const [entry] = entries(fields);
    return entry && urlIn(entry, field);
  };

  it('drops `latest`, and keeps any other tag', () => {
    expect(urlOf('image: "r.example.org/a:latest", variants: {}', 'image')).toBe('r.example.org/a');
    expect(urlOf('image: "r.example.org/a:v1", variants: {}', 'image')).toBe('r.example.org/a:v1');
  });

  it('is undefined for an empty text, null and other types', () => {
    for (const image of ["''", '~', '[]', '{}'])
      expect(urlOf(`image: ${image}, variants: {}`, 'image')).toBeUndefined();
  });

  it('reads a variant that no reader knows', () => {
    expect(urlOf('variants: {builder: {image: r.example.org/x}}', 'variants.builder.image')).toBe(
      'r.example.org/x',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { HOST } from '../../support/catalog.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

const of2025 = (name: string) =>
  `${name}: {state: stable, variants: {jobs-framework: {image: ${HOST}/${name}-base}}}`;

describe('no-top-level-image', () => {
  it('warns of an entry that jobs-api skips while it sees others', () => {
    expect(problemsOf(catalogOf(entry('node18'), entry('node20'), of2025('node16')))).toEqual([
      {
        code: 'no-top-level-image',
        severity: 'warning',
        line: 3,
        column: 1,
        field: 'node16',
        message: 'node16 has no top-level image, and 2 other entries have',
        remedy: 'add `image:`: jobs-api skips an entry without it',
      },
    ]);
  });

  it('uses the singular for one other entry', () => {
    expect(problemsOf(catalogOf(entry('node18'), of2025('node16'))).map(({ message }) => message)).toEqual([
      'node16 has no top-level image, and 1 other entry has',
    ]);
  });

  it('accepts a catalog of the older shape, in which no entry has one', () => {
    expect(findingsOf(catalogOf(of2025('node16'), of2025('node18')))).toEqual([]);
  });

  it('ignores an entry that is no mapping', () => {
    expect(findingsOf(catalogOf(entry('node18'), 'node20: []'))).toEqual(['2:1 wrong-type node20']);
  });

  it('does not count a former image as an image', () => {
    const former = `node16: {state: stable, variants: {}, former-images: [${HOST}/node16]}`;
    expect(findingsOf(catalogOf(entry('node18'), former))).toEqual([
      '2:1 unreachable-entry node16',
      '2:1 no-top-level-image node16',
    ]);
    expect(
      findingsOf(catalogOf(of2025('node18'), of2025('node20').replace('{', `{former-images: [${HOST}/x], `))),
    ).toEqual([]);
  });
});

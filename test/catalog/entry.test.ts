import { describe, expect, it } from 'vitest';
import {
  deprecationFact,
  deprecationUrl,
  type Entry,
  hasPassed,
  imagesOf,
  isCalendarDate,
  isDeprecated,
  isPastRemoval,
  listsImage,
} from '../../src/catalog/entry.ts';
import { HOST } from '../support/catalog.ts';

const python37: Entry = {
  name: 'python3.7',
  state: 'deprecated',
  image: `${HOST}/toolforge-python37-sssd-web`,
  aliases: ['tf-python37'],
  variants: [
    ['jobs-framework', `${HOST}/toolforge-python37-sssd-base`],
    ['webservice', `${HOST}/toolforge-python37-sssd-web`],
  ],
  deprecation: { replacement: 'python3.11', removal: '2027-03-01', url: 'https://wikitech.wikimedia.org' },
};

describe('imagesOf', () => {
  it('returns the top-level image and those of the variants, with their paths', () => {
    expect(imagesOf(python37)).toEqual([
      { path: 'image', image: `${HOST}/toolforge-python37-sssd-web` },
      { path: 'variants.jobs-framework.image', image: `${HOST}/toolforge-python37-sssd-base` },
      { path: 'variants.webservice.image', image: `${HOST}/toolforge-python37-sssd-web` },
    ]);
  });

  it('returns nothing for an entry without images', () => {
    expect(imagesOf({ name: 'node18', state: 'stable', aliases: [], variants: [] })).toEqual([]);
  });
});

it('listsImage finds the images of an entry and its variants, not its names', () => {
  const listed = ['toolforge-python37-sssd-web', 'toolforge-python37-sssd-base', 'tf-python37', 'python3.7'];
  expect(listed.map((name) => listsImage(python37, `${HOST}/${name}`))).toEqual([true, true, false, false]);
});

describe('deprecationFact', () => {
  it('names the replacement and the removal, if there are any', () => {
    expect(deprecationFact(python37)).toBe('python3.7 is deprecated; use python3.11; removal on 2027-03-01');
    expect(deprecationFact({ ...python37, deprecation: { replacement: 'python3.11' } })).toBe(
      'python3.7 is deprecated; use python3.11',
    );
    expect(deprecationFact({ ...python37, deprecation: { removal: '2027-03-01' } })).toBe(
      'python3.7 is deprecated; removal on 2027-03-01',
    );
    const { deprecation: _, ...bare } = python37;
    expect(deprecationFact(bare)).toBe('python3.7 is deprecated');
  });

  it('names a newer entry if there is no replacement', () => {
    const { deprecation: _, ...bare } = python37;
    const newer = 'python3.13';
    expect(deprecationFact({ ...bare, newer })).toBe('python3.7 is deprecated; newer: python3.13');
    expect(deprecationFact({ ...bare, newer, deprecation: { removal: '2027-03-01' } })).toBe(
      'python3.7 is deprecated; newer: python3.13; removal on 2027-03-01',
    );
    expect(deprecationFact({ ...python37, newer })).toBe(deprecationFact(python37));
  });

  it.each(['stable', 'beta', 'Deprecated'])('is undefined for the state %s', (state) => {
    expect(deprecationFact({ ...python37, state })).toBeUndefined();
    expect(isDeprecated({ state })).toBe(false);
  });

  it('says after the removal date that it has passed', () => {
    const past = 'python3.7 is deprecated; use python3.11; its removal date 2027-03-01 has passed';
    expect(deprecationFact(python37, '2027-03-02')).toBe(past);
    expect(deprecationFact(python37, '2027-03-01')).toBe(deprecationFact(python37));
    expect(deprecationFact({ ...python37, deprecation: {} }, '2027-03-02')).toBe('python3.7 is deprecated');
  });
});

it('deprecationUrl is the page of the entry, else the general page', () => {
  const { deprecation: _, ...bare } = python37;
  const helpUrl = 'https://example.org/images';
  expect(deprecationUrl({ ...python37, helpUrl })).toBe('https://wikitech.wikimedia.org');
  expect(deprecationUrl({ ...bare, helpUrl })).toBe(helpUrl);
  expect(deprecationUrl(bare)).toBeUndefined();
});

describe('isPastRemoval', () => {
  it('is true after the day', () => {
    expect(isPastRemoval(python37, '2027-03-01')).toBe(false);
    expect(isPastRemoval(python37, '2027-03-02')).toBe(true);
  });

  it('is false without a date, and for an entry that is not deprecated', () => {
    const { deprecation: _, ...bare } = python37;
    expect(isPastRemoval(bare, '2099-01-01')).toBe(false);
    expect(isPastRemoval({ ...python37, deprecation: {} }, '2099-01-01')).toBe(false);
    expect(isPastRemoval({ ...python37, state: 'stable' }, '2099-01-01')).toBe(false);
  });
});

describe('isCalendarDate', () => {
  it.each(['2026-11-22', '2028-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('accepts %s', (text) => {
    expect(isCalendarDate(text)).toBe(true);
  });

  it.each([
    '2027-02-29',
    '1900-02-29',
    '2027-04-31',
    '2027-00-01',
    '2027-13-01',
    '2027-01-00',
    '2027-1-1',
    '20270101',
    '+002027-01-01',
    '2027-01-01 ',
    '2027-01-01\n',
    '２０２７-01-01',
    '',
  ])('rejects %j', (text) => {
    expect(isCalendarDate(text)).toBe(false);
  });
});

describe('hasPassed', () => {
  it.each([
    ['2026-11-21', true],
    ['2026-11-22', false],
    ['2026-11-23', false],
    ['2025-12-31', true],
    ['2027-01-01', false],
  ])('on 2026-11-22 says of %s: %s', (day, passed) => {
    expect(hasPassed(day, '2026-11-22')).toBe(passed);
  });
});

import { describe, expect, it } from 'vitest';
import { type ImageClassification, imageClassifier } from '../../src/usage/image-classification.ts';
import type { ImageUse } from '../../src/usage/workload.ts';
import { lookupOf } from '../support/catalog.ts';

const OLD = 'old.example';
const NEW = 'new.example';
const lookup = lookupOf({
  'python3.9': {
    image: `${NEW}/toolforge-python39-sssd-web`,
    aliases: ['tf-python39', 'toolforge-python39-sssd-base'],
    variants: [['jobs-framework', `${NEW}/toolforge-python39-sssd-base`]],
  },
  node18: { variants: [['webservice', `${NEW}/toolforge-node18-sssd-web`]] },
});
const classify = imageClassifier(lookup);

const stands = (image: string, facts: Partial<ImageUse> = {}): string =>
  inWords(
    classify({
      ...{ container: 'main', list: 'containers', image },
      ...{ client: undefined, requested: undefined, recorded: undefined },
      ...facts,
    }),
  );

function inWords(classification: ImageClassification): string {
  switch (classification.kind) {
    case 'listed':
      return `${classification.entry.name}, by ${classification.shortName ?? 'no short name'} and ${classification.url ?? 'no URL'}`;
    case 'orphaned':
      return `orphaned from ${classification.entry.name}`;
    case 'removed':
      return `removed ${classification.name}`;
    case 'built':
    case 'data':
    case 'unknown':
      return classification.kind;
  }
}

describe('an image that the catalog lists', () => {
  const url = `${NEW}/toolforge-python39-sssd-web`;

  it.each([
    ['URL', `${url}:latest`, `python3.9, by no short name and ${url}`],
    // The alias of this name could go: the URL itself is listed.
    [
      'URL whose path is an alias, too',
      `${NEW}/toolforge-python39-sssd-base`,
      `python3.9, by no short name and ${NEW}/toolforge-python39-sssd-base`,
    ],
    ['host and an alias', `${NEW}/tf-python39:latest`, `python3.9, by tf-python39 and ${NEW}/tf-python39`],
    ['short name', 'tf-python39:latest', 'python3.9, by tf-python39 and no URL'],
    ['short name without an image for who asks', 'node18', 'node18, by node18 and no URL'],
  ])('is known by its %s', (_, image, words) => {
    expect(stands(image, { client: 'toolforge-jobs-framework' })).toBe(words);
  });

  it('depends on the short name that was recorded when it was resolved', () => {
    expect(stands(`${url}:latest`, { requested: 'tf-python39' })).toBe(
      `python3.9, by tf-python39 and ${url}`,
    );
  });

  it('depends on both where a recorded one and HOST/ALIAS lead to it', () => {
    const use = { container: 'main', list: 'containers', client: undefined, recorded: undefined } as const;
    const image = `${NEW}/toolforge-python39:latest`;
    const aliased = lookupOf({
      'python3.9': { image: `${NEW}/python39-web`, aliases: ['toolforge-python39', 'tf-python39'] },
    });
    expect(imageClassifier(aliased)({ ...use, image, requested: 'tf-python39' })).toMatchObject({
      shortName: 'tf-python39',
      hostAlias: 'toolforge-python39',
    });
  });

  it.each(['node18', 'gone', 'constructor'])(
    'does not depend on %s, which leads elsewhere by now',
    (requested) => {
      expect(stands(`${url}:latest`, { requested })).toBe(`python3.9, by no short name and ${url}`);
    },
  );
});

describe('a former image', () => {
  const former = lookupOf({
    ruby: { image: `${NEW}/ruby`, aliases: ['tf-ruby'], formerImages: [`${OLD}/toolforge-ruby`] },
  });
  const isListedAs = (image: string): string =>
    inWords(
      imageClassifier(former)({
        ...{ container: 'main', list: 'containers', image },
        ...{ client: undefined, requested: undefined, recorded: undefined },
      }),
    );

  it('is listed, by its URL alone', () => {
    expect(isListedAs(`${OLD}/toolforge-ruby:latest`)).toBe(
      `ruby, by no short name and ${OLD}/toolforge-ruby`,
    );
  });

  it('makes its host one of HOST/ALIAS', () => {
    expect(isListedAs(`${OLD}/tf-ruby`)).toBe(`ruby, by tf-ruby and ${OLD}/tf-ruby`);
  });

  it('leaves an entry the owner of its repository on other hosts', () => {
    expect(isListedAs('elsewhere.example/toolforge-ruby')).toBe('orphaned from ruby');
  });
});

describe('an image that the catalog lists no more', () => {
  it('is orphaned when an entry has it on another host', () => {
    expect(stands(`${OLD}/toolforge-python39-sssd-web:latest`)).toBe('orphaned from python3.9');
    expect(stands(`${OLD}/tf-python39`)).toBe('orphaned from python3.9');
  });

  it('is orphaned when it was an image of an entry that has another one now', () => {
    expect(stands(`${NEW}/python-of-old:latest`, { recorded: 'python3.9' })).toBe('orphaned from python3.9');
  });

  it('is removed when the entry is gone that it was an image of', () => {
    expect(stands(`${NEW}/toolforge-python27:latest`, { recorded: 'python2' })).toBe('removed python2');
  });
});

describe('an image that was never in the catalog', () => {
  it.each([
    'nginx',
    'docker.io/library/nginx:1.27',
    `${NEW}/toolforge-python39-sssd-web:2024`,
    `${NEW}/toolforge-python39-sssd-web@sha256:${'0'.repeat(64)}`,
    'python4',
    '',
  ])('is unknown: %j', (image) => {
    expect(stands(image)).toBe('unknown');
  });

  it.each(['harbor.example/tool-wikibugs/web:latest', 'harbor.example/tool-wikibugs/a/b@sha256:0'])(
    'is a tool’s own: %s',
    (image) => {
      expect(stands(image)).toBe('built');
    },
  );
});

describe('the image of a volume', () => {
  it('is listed by a URL, and by HOST/ALIAS, as that of a container', () => {
    expect(stands(`${NEW}/toolforge-node18-sssd-web`, { list: 'volumes' })).toBe(
      `node18, by no short name and ${NEW}/toolforge-node18-sssd-web`,
    );
    expect(stands(`${NEW}/tf-python39:latest`, { list: 'volumes' })).toBe(
      `python3.9, by tf-python39 and ${NEW}/tf-python39`,
    );
  });

  it.each([
    'ghcr.io/models/large:v1',
    'harbor.example/tool-wikibugs/data',
    `${OLD}/toolforge-python39-sssd-web`,
  ])('is data where the catalog does not list it: %s', (image) => {
    expect(stands(image, { list: 'volumes' })).toBe('data');
  });
});

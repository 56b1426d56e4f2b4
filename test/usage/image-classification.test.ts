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

const classified = (image: string, facts: Partial<ImageUse> = {}): string =>
  wordsFor(
    classify({
      ...{ container: 'main', list: 'containers', image },
      ...{ client: undefined, requested: undefined, recorded: undefined },
      ...facts,
    }),
  );

function wordsFor(classification: ImageClassification): string {
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
    // The URL does not depend on the alias of the same name.
    [
      'URL whose path is an alias, too',
      `${NEW}/toolforge-python39-sssd-base`,
      `python3.9, by no short name and ${NEW}/toolforge-python39-sssd-base`,
    ],
    ['host and an alias', `${NEW}/tf-python39:latest`, `python3.9, by tf-python39 and ${NEW}/tf-python39`],
    ['short name', 'tf-python39:latest', 'python3.9, by tf-python39 and no URL'],
    ['short name that has no image for the client', 'node18', 'node18, by node18 and no URL'],
  ])('is found by its %s', (_, image, words) => {
    expect(classified(image, { client: 'toolforge-jobs-framework' })).toBe(words);
  });

  it('depends on the short name recorded at admission', () => {
    expect(classified(`${url}:latest`, { requested: 'tf-python39' })).toBe(
      `python3.9, by tf-python39 and ${url}`,
    );
  });

  it('depends on both a recorded short name and the alias of HOST/ALIAS', () => {
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
    'does not depend on the recorded short name %s, which does not resolve to its entry',
    (requested) => {
      expect(classified(`${url}:latest`, { requested })).toBe(`python3.9, by no short name and ${url}`);
    },
  );
});

describe('a former image', () => {
  const former = lookupOf({
    ruby: { image: `${NEW}/ruby`, aliases: ['tf-ruby'], formerImages: [`${OLD}/toolforge-ruby`] },
  });
  const isListedAs = (image: string): string =>
    wordsFor(
      imageClassifier(former)({
        ...{ container: 'main', list: 'containers', image },
        ...{ client: undefined, requested: undefined, recorded: undefined },
      }),
    );

  it('is listed by its URL alone', () => {
    expect(isListedAs(`${OLD}/toolforge-ruby:latest`)).toBe(
      `ruby, by no short name and ${OLD}/toolforge-ruby`,
    );
  });

  it('makes HOST/ALIAS at its host resolve to the entry', () => {
    expect(isListedAs(`${OLD}/tf-ruby`)).toBe(`ruby, by tf-ruby and ${OLD}/tf-ruby`);
  });

  it('on another host is orphaned from its entry', () => {
    expect(isListedAs('elsewhere.example/toolforge-ruby')).toBe('orphaned from ruby');
  });
});

describe('an image that the catalog no longer lists', () => {
  it('is orphaned when an entry has the repository on another host', () => {
    expect(classified(`${OLD}/toolforge-python39-sssd-web:latest`)).toBe('orphaned from python3.9');
    expect(classified(`${OLD}/tf-python39`)).toBe('orphaned from python3.9');
  });

  it('is orphaned when the recorded entry has another image now', () => {
    expect(classified(`${NEW}/python-of-old:latest`, { recorded: 'python3.9' })).toBe(
      'orphaned from python3.9',
    );
  });

  it('is removed when the recorded entry is gone', () => {
    expect(classified(`${NEW}/toolforge-python27:latest`, { recorded: 'python2' })).toBe('removed python2');
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
    expect(classified(image)).toBe('unknown');
  });

  it.each(['harbor.example/tool-wikibugs/web:latest', 'harbor.example/tool-wikibugs/a/b@sha256:0'])(
    'is built by the build service: %s',
    (image) => {
      expect(classified(image)).toBe('built');
    },
  );
});

describe('the image of a volume', () => {
  it('is listed by a URL and by HOST/ALIAS, like the image of a container', () => {
    expect(classified(`${NEW}/toolforge-node18-sssd-web`, { list: 'volumes' })).toBe(
      `node18, by no short name and ${NEW}/toolforge-node18-sssd-web`,
    );
    expect(classified(`${NEW}/tf-python39:latest`, { list: 'volumes' })).toBe(
      `python3.9, by tf-python39 and ${NEW}/tf-python39`,
    );
  });

  it.each([
    'ghcr.io/models/large:v1',
    'harbor.example/tool-wikibugs/data',
    `${OLD}/toolforge-python39-sssd-web`,
  ])('is data when the catalog does not list it: %s', (image) => {
    expect(classified(image, { list: 'volumes' })).toBe('data');
  });
});

import { describe, expect, it } from 'vitest';
import { unknownRepository } from '../../src/catalog/unknown-repository.ts';
import { HOST, NEW_HOST, smallLookup } from '../support/catalog.ts';

const unknown = (image: string) => unknownRepository(image, smallLookup);

describe('a repository is unknown', () => {
  it.each(['', ':latest', ':v1', `@sha256:${'0'.repeat(64)}`])(
    'on a host where the catalog has images, with the end %j',
    (end) => {
      expect(unknown(`${HOST}/unheard/of${end}`)).toEqual({ host: HOST, repository: 'unheard/of' });
      expect(unknown(`${NEW_HOST}/unheard-of${end}`)).toEqual({ host: NEW_HOST, repository: 'unheard-of' });
    },
  );

  it.each([
    'nginx',
    'library/nginx:1',
    'quay.io/x/y',
    `${HOST}:5000/x`,
    `${HOST}/`,
    HOST,
    '',
    `${HOST}/toolforge-node12-sssd-web:v1`,
    `${HOST}/tf-node12`,
  ])('never of %j: another host, or one of the catalog', (image) => {
    expect(unknown(image)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { HOST, NEW_HOST } from '../../support/catalog.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

const registries = [NEW_HOST, HOST];

describe('registry-not-allowed', () => {
  it('warns of a registry outside the list', () => {
    expect(problemsOf(catalogOf(entry('node18', '', 'docker.io/library/node')), { registries })).toEqual([
      {
        code: 'registry-not-allowed',
        severity: 'warning',
        line: 1,
        column: 46,
        field: 'node18.image',
        message: `the registry docker.io is not among the allowed: ${NEW_HOST}, ${HOST}`,
        remedy: 'use an allowed registry, or allow this one: Pods with this image may be refused',
      },
    ]);
  });

  it('checks variants', () => {
    const text = catalogOf(
      `node18: {state: stable, image: ${HOST}/node18, variants: {jobs-framework: {image: quay.io/node18}}}`,
    );
    expect(findingsOf(text, { registries })).toEqual([
      '1:109 registry-not-allowed node18.variants.jobs-framework.image',
    ]);
  });

  it('accepts every registry if none is listed', () => {
    expect(findingsOf(catalogOf(entry('node18', '', 'docker.io/library/node')))).toEqual([]);
  });

  it('treats the port as a part of the registry, as registry-admission does', () => {
    expect(findingsOf(catalogOf(entry('node18', '', `${HOST}:5000/node18`)), { registries })).toEqual([
      '1:46 registry-not-allowed node18.image',
    ]);
  });

  it.each(['node18', 'localhost/node18', 'https://registry.example.org/node18', "''"])(
    'leaves %s, which names no registry, to invalid-image',
    (image) => {
      expect(findingsOf(catalogOf(entry('node18', '', image)), { registries })).toEqual([
        '1:46 invalid-image node18.image',
      ]);
    },
  );

  it('ignores former images, which no new Pod pulls', () => {
    const text = catalogOf(
      `node18: {state: stable, image: ${HOST}/node18, variants: {}, former-images: [quay.io/node18]}`,
    );
    expect(findingsOf(text, { registries })).toEqual([]);
  });
});

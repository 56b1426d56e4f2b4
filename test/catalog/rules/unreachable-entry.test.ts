import { describe, expect, it } from 'vitest';
import { HOST } from '../../support/catalog.ts';
import { catalogOf, findingsOf, problemsOf } from '../../support/problems.ts';

describe('unreachable-entry', () => {
  it('warns of an entry without any URL', () => {
    expect(problemsOf(catalogOf('node18: {state: stable, variants: {}}'))).toEqual([
      {
        code: 'unreachable-entry',
        severity: 'warning',
        line: 1,
        column: 1,
        field: 'node18',
        message: 'node18 has no image at all',
        remedy: 'add an image, or delete the entry',
      },
    ]);
  });

  it.each([
    `image: ${HOST}/node18, variants: {}`,
    `variants: {jobs-framework: {image: ${HOST}/node18}}`,
    `variants: {webservice: {image: ${HOST}/node18, extra: {wstype: js}}}`,
  ])('accepts {%s}', (fields) => {
    expect(findingsOf(catalogOf(`node18: {state: stable, ${fields}}`))).toEqual([]);
  });

  it('counts the image of an unknown variant', () => {
    expect(
      findingsOf(catalogOf(`node18: {state: stable, variants: {builder: {image: ${HOST}/node18}}}`)),
    ).toEqual(['1:36 unknown-field node18.variants.builder']);
  });

  it('ignores an entry that is no mapping', () => {
    expect(findingsOf(catalogOf('node18: ~'))).toEqual(['1:9 wrong-type node18']);
  });

  it('warns of an entry with former images alone, which no client gets', () => {
    const text = catalogOf(`node18: {state: stable, variants: {}, former-images: [${HOST}/node18]}`);
    expect(findingsOf(text)).toEqual(['1:1 unreachable-entry node18']);
  });
});

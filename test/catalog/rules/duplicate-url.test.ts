import { describe, expect, it } from 'vitest';
import { HOST, NEW_HOST } from '../../support/catalog.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

const duplicates = (text: string) => findingsOf(text).filter((finding) => finding.includes('duplicate-url'));

describe('duplicate-url', () => {
  it('names both lines when two entries share a URL', () => {
    const text = catalogOf(
      entry('node18', '', `${HOST}/node-web`),
      `node20: {state: stable, image: ${HOST}/node-web, variants: {}}`,
    );
    expect(problemsOf(text)).toEqual([
      {
        code: 'duplicate-url',
        severity: 'error',
        line: 2,
        column: 32,
        field: 'node20.image',
        message: `${HOST}/node-web is an image of node18 as well (line 1)`,
        remedy: 'keep it in one of the two: a URL has to lead back to one name',
      },
    ]);
  });

  it('finds it in all fields, including unknown variants', () => {
    const text = catalogOf(
      `node16: {state: stable, variants: {jobs-framework: {image: ${HOST}/a}, webservice: {image: ${HOST}/b, extra: {wstype: js}}, builder: {image: ${HOST}/c}}}`,
      `node18: {state: stable, image: ${HOST}/a, variants: {webservice: {image: ${HOST}/c, extra: {wstype: js}}, other: {image: ${HOST}/b}, own: {image: ${HOST}/d}}}`,
    );
    expect(duplicates(text)).toEqual([
      '2:32 duplicate-url node18.image',
      '2:100 duplicate-url node18.variants.webservice.image',
      '2:174 duplicate-url node18.variants.other.image',
    ]);
  });

  it('is one problem for a copied entry, whatever else the copy has of the other one', () => {
    const fields = `image: ${HOST}/a, aliases: [tf-a, toolforge-a, b], variants: {jobs-framework: {image: ${HOST}/b}}`;
    const text = catalogOf(`node18: {state: stable, ${fields}}`, `node20: {state: stable, ${fields}}`);
    expect(problemsOf(text)).toEqual([
      {
        code: 'duplicate-url',
        severity: 'error',
        line: 2,
        column: 32,
        field: 'node20.image',
        message: 'node20 is a copy: it has all 2 images and 3 aliases of node18 (line 1)',
        remedy: 'write its own images and aliases, or make node20 an alias of node18',
      },
    ]);
  });

  it('is a problem for each URL if the entry has an image of its own, or images of two others', () => {
    const text = catalogOf(
      `node16: {state: stable, image: ${HOST}/a, variants: {}}`,
      `node18: {state: stable, image: ${HOST}/b, variants: {}}`,
      `node20: {state: stable, image: ${HOST}/a, variants: {jobs-framework: {image: ${HOST}/b}}}`,
    );
    expect(duplicates(text)).toHaveLength(2);
  });

  it('accepts a URL twice within one entry', () => {
    const text = catalogOf(
      `node18: {state: stable, image: ${HOST}/node18, variants: {jobs-framework: {image: ${HOST}/node18}, webservice: {image: ${HOST}/node18, extra: {wstype: js}}}}`,
    );
    expect(findingsOf(text)).toEqual([]);
  });

  it('finds URLs that differ only in faulty tags', () => {
    const text = catalogOf(entry('node18', '', `${HOST}/node:18`), entry('node20', '', `${HOST}/node:20`));
    expect(problemsOf(text).map(({ code, message }) => `${code}: ${message}`)).toEqual([
      `image-tag: "${HOST}/node:18" has the tag "18"`,
      `image-tag: "${HOST}/node:20" has the tag "20"`,
      `duplicate-url: ${HOST}/node is an image of node18 as well (line 1)`,
    ]);
  });

  it('accepts another host, or another port', () => {
    const text = catalogOf(
      entry('node16', '', `${HOST}/node`),
      entry('node18', '', `${NEW_HOST}/node`),
      entry('node20', '', `${HOST}:5000/node`),
    );
    expect(duplicates(text)).toEqual([]);
  });

  it('ignores empty images, which have problems of their own', () => {
    expect(findingsOf(catalogOf(entry('node18', '', "''"), entry('node20', '', "''")))).toEqual([
      '1:46 invalid-image node18.image',
      '2:46 invalid-image node20.image',
    ]);
  });

  it.each([
    ['the image of another', `image: ${HOST}/a`, `former-images: [${HOST}/a]`, 'node20.former-images[0]'],
    ['a former image of another', `former-images: [${HOST}/a]`, `image: ${HOST}/a`, 'node20.image'],
    ['one of both', `former-images: [${HOST}/a]`, `former-images: [${HOST}/a]`, 'node20.former-images[0]'],
  ])('rejects a former image that is %s', (_, one, other, field) => {
    const text = catalogOf(
      `node18: {state: stable, variants: {}, ${one}}`,
      `node20: {state: stable, variants: {}, ${other}}`,
    );
    expect(duplicates(text)).toEqual([expect.stringContaining(` duplicate-url ${field}`)]);
  });

  it('accepts a URL as image and former image of one entry', () => {
    const text = catalogOf(
      `node18: {state: stable, variants: {}, image: ${HOST}/a, former-images: [${HOST}/a, ${HOST}/a]}`,
    );
    expect(findingsOf(text)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { HOST } from '../../support/catalog.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('image-tag', () => {
  it('refuses a tag, to which consumers would append another', () => {
    expect(problemsOf(catalogOf(entry('node18', '', `${HOST}/node18:v1`)))).toEqual([
      {
        code: 'image-tag',
        severity: 'error',
        line: 1,
        column: 46,
        field: 'node18.image',
        message: `"${HOST}/node18:v1" has the tag "v1"`,
        remedy: 'delete the tag: consumers append `:latest` to this value',
      },
    ]);
  });

  it('refuses even latest', () => {
    expect(findingsOf(catalogOf(entry('node18', '', `${HOST}/node18:latest`)))).toEqual([
      '1:46 image-tag node18.image',
    ]);
  });

  it('distinguishes a port from a tag', () => {
    expect(findingsOf(catalogOf(entry('node18', '', `${HOST}:5000/node18`)))).toEqual([]);
  });
});

describe('image-digest', () => {
  it('refuses a digest', () => {
    expect(problemsOf(catalogOf(entry('node18', '', `${HOST}/node18@${DIGEST}`)))).toEqual([
      {
        code: 'image-digest',
        severity: 'error',
        line: 1,
        column: 46,
        field: 'node18.image',
        message: `"${HOST}/node18@${DIGEST}" has the digest "${DIGEST}"`,
        remedy: 'delete the digest: consumers append `:latest` to this value, and jobs-api fails on it',
      },
    ]);
  });

  it('also reports a tag beside it', () => {
    expect(findingsOf(catalogOf(entry('node18', '', `${HOST}/node18:v1@${DIGEST}`)))).toEqual([
      '1:46 image-digest node18.image',
      '1:46 image-tag node18.image',
    ]);
  });
});

describe('invalid-image', () => {
  it('says what is wrong with the URL, and what to write', () => {
    expect(problemsOf(catalogOf(entry('node18', '', 'https://registry.example.org/node18')))).toEqual([
      {
        code: 'invalid-image',
        severity: 'error',
        line: 1,
        column: 46,
        field: 'node18.image',
        message: '"https://registry.example.org/node18" is no image URL: it starts with the scheme https://',
        remedy: 'write it without https://',
      },
    ]);
  });

  it.each([
    'toolforge-node18-sssd-web',
    'registry/node18',
    'localhost:5000/node18',
    'Docker-Registry.tools.wmflabs.org/node18',
    'https://registry.example.org/node18:v1',
    'registry.example.org',
    'registry.example.org/',
    'registry.example.org//node18',
    'registry.example.org/Node18',
    'registry.example.org/node 18',
    'tools-harbor.wmcloud.org/tool-wikibugs/wikibugs',
    "''",
  ])('refuses %s', (image) => {
    expect(findingsOf(catalogOf(entry('node18', '', image)))).toEqual(['1:46 invalid-image node18.image']);
  });

  it('reports a fault of the URL and its tag at once', () => {
    expect(findingsOf(catalogOf(entry('node18', '', 'registry/node18:v1')))).toEqual([
      '1:46 image-tag node18.image',
      '1:46 invalid-image node18.image',
    ]);
  });

  it('checks every variant, known or not', () => {
    const text = catalogOf(
      'node18: {state: stable, variants: {jobs-framework: {image: a}, webservice: {image: b, extra: {wstype: js}}, builder: {image: c}}}',
    );
    expect(findingsOf(text).filter((finding) => finding.includes('invalid-image'))).toEqual([
      '1:60 invalid-image node18.variants.jobs-framework.image',
      '1:84 invalid-image node18.variants.webservice.image',
      '1:126 invalid-image node18.variants.builder.image',
    ]);
  });

  it.each([
    'docker-registry.svc.toolforge.org/toolforge-python311-sssd-web',
    'tools-harbor.wmcloud.org/toolforge-pre-built/python311',
    'registry.example.org/toolset/node18',
    'registry.example.org/tool-less',
  ])('accepts %s', (image) => {
    expect(findingsOf(catalogOf(entry('node18', '', image)))).toEqual([]);
  });
});

describe('a former image', () => {
  it.each([
    [`${HOST}/a:v1`, 'image-tag'],
    [`${HOST}/a:latest`, 'image-tag'],
    [`${HOST}/a@${DIGEST}`, 'image-digest'],
    ['a', 'invalid-image'],
    [`https://${HOST}/a`, 'invalid-image'],
  ])('is checked like an image: %s', (image, code) => {
    expect(findingsOf(catalogOf(entry('node18', `former-images: [${HOST}/old, '${image}']`)))).toEqual([
      expect.stringContaining(` ${code} node18.former-images[1]`),
    ]);
  });
});

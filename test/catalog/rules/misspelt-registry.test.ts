import { describe, expect, it } from 'vitest';
import { HOST, NEW_HOST } from '../../support/catalog.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

const TYPO = HOST.replace('tools', 'tool');
const others = [entry('node16'), entry('node18')];

describe('misspelt-registry', () => {
  it('warns of a host that one entry has and that is close to a host of several others', () => {
    expect(problemsOf(catalogOf(...others, entry('node20', '', `${TYPO}/node20`)))).toEqual([
      {
        code: 'misspelt-registry',
        severity: 'warning',
        line: 3,
        column: 46,
        field: 'node20.image',
        message: `no other entry uses the registry ${TYPO} (did you mean ${HOST}?)`,
        remedy: `write ${HOST}, unless this registry exists: the URL cannot be checked here`,
      },
    ]);
  });

  it('is reported once for each entry, at the first image with the host', () => {
    const text = catalogOf(
      ...others,
      `node20: {state: stable, image: ${HOST}/a, variants: {jobs-framework: {image: ${TYPO}/b}, webservice: {image: ${TYPO}/c, extra: {wstype: js}}}}`,
    );
    expect(findingsOf(text).map((finding) => finding.replace(/^\S+ /, ''))).toEqual([
      'misspelt-registry node20.variants.jobs-framework.image',
    ]);
  });

  it.each([
    ['two entries have it', [entry('a', '', `${TYPO}/a`), entry('b', '', `${TYPO}/b`)]],
    ['it is another host', [entry('a', '', `${NEW_HOST}/a`)]],
    ['it is a former image', [entry('a', `former-images: [${TYPO}/a]`)]],
  ])('accepts a host if %s', (_, entries) => {
    expect(findingsOf(catalogOf(...others, ...entries))).toEqual([]);
  });

  it('accepts a host that is close to a host of one entry alone', () => {
    expect(findingsOf(catalogOf(entry('a', '', `${TYPO}/a`), entry('node18')))).toEqual([]);
  });

  it('leaves hosts with faults to invalid-image, and all hosts to registry-not-allowed where registries are listed', () => {
    const capital = catalogOf(...others, entry('a', '', `${HOST.replace('d', 'D')}/a`));
    expect(findingsOf(capital).join()).toMatch(/^\S+ invalid-image a.image$/);
    const typo = catalogOf(...others, entry('a', '', `${TYPO}/a`));
    expect(problemsOf(typo, { registries: [NEW_HOST, HOST] })).toMatchObject([
      {
        code: 'registry-not-allowed',
        message: `the registry ${TYPO} is not among the allowed: ${NEW_HOST}, ${HOST} (did you mean ${HOST}?)`,
      },
    ]);
  });
});

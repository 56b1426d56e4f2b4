import { describe, expect, it } from 'vitest';
import { HOST, NEW_HOST } from '../../support/catalog.ts';
import { catalogOf, entry, findingsOf, problemsOf } from '../../support/problems.ts';

describe('repository-on-two-hosts', () => {
  it('warns with both lines when two entries have one repository on two hosts', () => {
    const text = catalogOf(entry('node18', '', `${HOST}/node`), entry('node20', '', `${NEW_HOST}/node`));
    expect(problemsOf(text)).toEqual([
      {
        code: 'repository-on-two-hosts',
        severity: 'warning',
        line: 2,
        column: 46,
        field: 'node20.image',
        message: `node is on ${NEW_HOST} here and on ${HOST} in node18 (line 1)`,
        remedy:
          'use one host for it, or another repository: without a host it is not clear which entry is meant',
      },
    ]);
  });

  it('accepts two hosts within one entry, as during a move between registries', () => {
    const text = catalogOf(
      `node18: {state: stable, image: ${NEW_HOST}/node18, variants: {jobs-framework: {image: ${HOST}/node18}}}`,
    );
    expect(findingsOf(text)).toEqual([]);
  });

  it('leaves one repository on one host to duplicate-url', () => {
    const text = catalogOf(entry('node18', '', `${HOST}/node`), entry('node20', '', `${HOST}/node`));
    expect(findingsOf(text)).toEqual(['2:46 duplicate-url node20.image']);
  });

  it('compares the whole path', () => {
    const text = catalogOf(
      entry('node18', '', `${HOST}/node`),
      entry('node20', '', `${NEW_HOST}/pre-built/node`),
    );
    expect(findingsOf(text)).toEqual([]);
  });

  it('ignores an image without a host', () => {
    const text = catalogOf(entry('node18', '', `${HOST}/node`), entry('node20', '', 'localhost/node'));
    expect(findingsOf(text)).toEqual(['2:46 invalid-image node20.image']);
  });
});

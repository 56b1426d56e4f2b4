import { describe, expect, it } from 'vitest';
import { colorsFor } from '../../../src/cli/output/colors.ts';
import { findingsAsText } from '../../../src/cli/output/findings-text.ts';
import { fileFindings, finding } from '../../support/findings.ts';

const plain = colorsFor({ write: () => true }, {});

describe('findings as text', () => {
  it('omit the code frame of a problem of the whole document', () => {
    expect(findingsAsText([fileFindings([finding({ field: '', picture: '' })])], plain)).toBe(
      `catalog.yaml:9:13: error: ${finding().message} [duplicate-alias]\n\n1 error in 1 file. What a code means: image-config-admission explain CODE\n`,
    );
  });

  it('end with the number of omitted problems', () => {
    expect(findingsAsText([fileFindings([], { errors: 1 })], plain)).toContain(
      'catalog.yaml: 1 more problem\n',
    );
    expect(findingsAsText([fileFindings([], { errors: 1, warnings: 1 })], plain)).toContain(
      'catalog.yaml: 2 more problems\n',
    );
  });

  it('count the problems of all files', () => {
    expect(findingsAsText([fileFindings([]), fileFindings([], { warnings: 2, errors: 1 })], plain)).toContain(
      '1 error and 2 warnings in 2 files.',
    );
  });

  it('name the readers of all files once, at the end', () => {
    const files = [
      fileFindings([], { readers: ['webservice', 'jobs-api of 2026'] }),
      fileFindings([], { readers: ['webservice', 'jobs-api until 2025'] }),
      fileFindings([]),
    ];
    expect(findingsAsText(files, plain)).toBe(
      'No problems in 3 files.\nCompared for webservice, jobs-api of 2026 and jobs-api until 2025, which read the old catalog.\n',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { lintFormats } from '../../../src/cli/lint/formats.ts';
import { colorsFor } from '../../../src/cli/output/colors.ts';
import type { FileFindings } from '../../../src/cli/output/findings.ts';
import { fileFindings, finding } from '../../support/findings.ts';

const plain = colorsFor({ write: () => true }, {});

const asJson = (files: readonly FileFindings[]): string => lintFormats.json({ files, unreadable: [] });

describe('lint --format json', () => {
  it('prints one object with exactly the documented keys', () => {
    const files = [
      fileFindings([finding()], { errors: 150 }),
      fileFindings([finding({ severity: 'warning', code: 'state-beta', field: '' })], { file: 'b.yaml' }),
    ];
    const problem = {
      code: 'duplicate-alias',
      severity: 'error',
      message: finding().message,
      field: 'node20.aliases[0]',
      line: 9,
      column: 13,
    };
    expect(JSON.parse(asJson(files))).toEqual({
      files: [
        { file: 'catalog.yaml', problems: [problem] },
        { file: 'b.yaml', problems: [{ ...problem, code: 'state-beta', severity: 'warning', field: '' }] },
      ],
      errors: 150,
      warnings: 1,
    });
  });

  it('names the readers of a file that was compared', () => {
    const files = [fileFindings([], { readers: ['webservice', 'jobs-api of 2026'] }), fileFindings([])];
    expect(JSON.parse(asJson(files)).files).toEqual([
      { file: 'catalog.yaml', problems: [], readers: ['webservice', 'jobs-api of 2026'] },
      { file: 'catalog.yaml', problems: [] },
    ]);
  });
});

it('lint --format text prints nothing without a readable file, since stderr has the reason', () => {
  expect(lintFormats.text({ files: [], unreadable: ['cannot read x'] }, plain)).toBe('');
});

import { expect, it } from 'vitest';
import { toJson } from '../../../src/cli/lint/json.ts';
import { fileFindings, finding } from '../../support/findings.ts';

it('prints one object with exactly the keys that are promised', () => {
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
  expect(JSON.parse(toJson(files))).toEqual({
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
  expect(JSON.parse(toJson(files)).files).toEqual([
    { file: 'catalog.yaml', problems: [], readers: ['webservice', 'jobs-api of 2026'] },
    { file: 'catalog.yaml', problems: [] },
  ]);
});

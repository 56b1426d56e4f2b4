import { expect, it } from 'vitest';
import { toGitlab } from '../../../src/cli/lint/gitlab.ts';
import { fileFindings, finding } from '../../support/findings.ts';

it('is a Code Quality report with paths as GitLab has them', () => {
  const files = [
    fileFindings([finding(), finding({ severity: 'warning' })], { file: './charts/x/../catalog.yaml' }),
  ];
  expect(JSON.parse(toGitlab(files))).toEqual([
    {
      description: `node20.aliases[0]: ${finding().message}`,
      check_name: 'duplicate-alias',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      severity: 'critical',
      location: { path: 'charts/catalog.yaml', lines: { begin: 9 } },
    },
    expect.objectContaining({ severity: 'minor' }),
  ]);
});

it('gives every issue a fingerprint of its own, the rest included', () => {
  const issues: { fingerprint: string }[] = JSON.parse(
    toGitlab([
      fileFindings([finding(), finding()], { errors: 9 }),
      fileFindings([], { file: 'b', errors: 1 }),
    ]),
  );
  expect(issues).toHaveLength(4);
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(4);
});

it('is an empty list when all is well', () => {
  expect(toGitlab([fileFindings([])])).toBe('[]\n');
});

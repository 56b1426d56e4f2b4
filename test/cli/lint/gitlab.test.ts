import { expect, it } from 'vitest';
import { toGitlab } from '../../../src/cli/lint/gitlab.ts';
import { fileFindings, finding } from '../../support/findings.ts';

it('lint --format gitlab prints a Code Quality report with paths in the form that GitLab uses', () => {
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

it('lint --format gitlab gives every issue a unique fingerprint, including the one for omitted problems', () => {
  const issues: { fingerprint: string }[] = JSON.parse(
    toGitlab([
      fileFindings([finding(), finding()], { errors: 9 }),
      fileFindings([], { file: 'b', errors: 1 }),
    ]),
  );
  expect(issues).toHaveLength(4);
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(4);
});

it('lint --format gitlab prints an empty list without problems', () => {
  expect(toGitlab([fileFindings([])])).toBe('[]\n');
});

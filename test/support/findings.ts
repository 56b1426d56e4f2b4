import type { FileFindings, Finding } from '../../src/cli/output/findings.ts';

export const finding = (parts: Partial<Finding> = {}): Finding => ({
  code: 'duplicate-alias',
  severity: 'error',
  message: '"node" is already an alias of node18 (line 4); remove one of the two',
  field: 'node20.aliases[0]',
  line: 9,
  column: 13,
  endLine: 9,
  endColumn: 17,
  picture: ' 9 |   aliases: [node]\n   |             ^^^^',
  ...parts,
});

export const fileFindings = (
  findings: readonly Finding[],
  parts: Partial<FileFindings> = {},
): FileFindings => ({
  file: 'catalog.yaml',
  findings,
  errors: findings.filter(({ severity }) => severity === 'error').length,
  warnings: findings.filter(({ severity }) => severity === 'warning').length,
  ...parts,
});

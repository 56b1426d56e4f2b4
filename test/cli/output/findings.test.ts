import { describe, expect, it } from 'vitest';
import { lintFile } from '../../../src/cli/lint-file.ts';
import { findingsOf } from '../../../src/cli/output/findings.ts';
import { defaultPolicy } from '../../../src/settings.ts';

const findingsIn = (text: string) =>
  findingsOf(lintFile({ file: 'x.yaml', text }, { policy: defaultPolicy, today: '2026-11-22' }));

describe('a finding', () => {
  it('has a position in lines and columns, the end exclusive', () => {
    const { findings } = findingsIn('node20:\n  state: stabel\n  image: r.example.org/n\n  variants: {}\n');
    expect(findings).toEqual([
      expect.objectContaining({ code: 'unknown-value', line: 2, column: 10, endLine: 2, endColumn: 16 }),
    ]);
  });

  it('of the whole document is at 1:1, without a code frame', () => {
    expect(findingsIn('').findings).toEqual([
      expect.objectContaining({ line: 1, column: 1, endLine: 1, endColumn: 1, field: '', picture: '' }),
    ]);
  });

  it('has no character that steers a terminal or breaks a line', () => {
    const { findings } = findingsIn('"\u001b[2J\u202e\u2028": {state: "\u0007", variants: {}}\n');
    expect(findings.length).toBeGreaterThan(0);
    for (const { message, field, picture } of findings)
      expect(`${message}${field}${picture.replaceAll('\n', '')}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
  });

  it('has the readers that its file was compared for, and none without a comparison', () => {
    const linted = lintFile({ file: 'x.yaml', text: '{}' }, { policy: defaultPolicy, today: '2026-11-22' });
    expect(findingsOf({ ...linted, readers: ['webservice'] })).toMatchObject({ readers: ['webservice'] });
    expect(findingsOf(linted)).not.toHaveProperty('readers');
  });
});

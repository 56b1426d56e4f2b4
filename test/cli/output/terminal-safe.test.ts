import { describe, expect, it } from 'vitest';
import { errorText, printable } from '../../../src/cli/output/terminal-safe.ts';

describe('text for a terminal', () => {
  it('has U+FFFD in place of each character that could steer it or break the line', () => {
    expect(printable('a\u001b[2J\u009b\u202e\r\n\u2028z')).toBe('a\ufffd[2J\ufffd\ufffd\ufffd\ufffd\ufffdz');
  });

  it('keeps the lines of an error message', () => {
    expect(errorText('a\u009b\nb\r')).toBe('error: a\ufffd\nb\ufffd\n');
  });
});

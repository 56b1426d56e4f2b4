import { describe, expect, it } from 'vitest';
import {
  type AcknowledgementSources,
  acknowledgementOf,
  acknowledgementsOf,
} from '../../src/catalog/acknowledgement.ts';
import type { Problem } from '../../src/catalog/problem.ts';

const STORED = `sha256:4f3c2a1b9d0e${'7'.repeat(52)}`;

const counted = (sources: Partial<AcknowledgementSources>): string[] => [
  ...acknowledgementsOf({ after: undefined, before: undefined, stored: STORED, ...sources }).subjects,
];

const ignored = (sources: Partial<AcknowledgementSources>) =>
  acknowledgementsOf({ after: undefined, before: undefined, stored: STORED, ...sources }).ignored;

describe('an acknowledgement', () => {
  it('counts when the edit brings it', () => {
    expect(counted({ after: 'python2, tf-python2' })).toEqual(['python2', 'tf-python2']);
    expect(counted({ after: 'python2,node10', before: 'python2' })).toEqual(['python2', 'node10']);
  });

  it('does not count when it was there before and names no text', () => {
    const sources = { after: 'python2', before: 'python2' };
    expect(counted(sources)).toEqual([]);
    expect(ignored(sources)).toEqual([{ annotation: 'python2', subjects: ['python2'], because: 'old' }]);
    expect(counted({ before: 'python2' })).toEqual([]);
  });

  it('counts when it names the stored text, on the old or the new object', () => {
    const named = 'python2,tf-python2@4f3c2a1b9d0e';
    expect(counted({ after: named, before: named })).toEqual(['python2', 'tf-python2']);
    expect(counted({ before: named })).toEqual(['python2', 'tf-python2']);
    expect(counted({ after: named })).toEqual(['python2', 'tf-python2']);
    expect(counted({ after: `python2@${STORED.slice(7)}` })).toEqual(['python2']);
  });

  it('never counts when it names another text, or too few digits of one', () => {
    const because = (digits: string) => {
      const sources = { after: `python2@${digits}` };
      expect(counted(sources)).toEqual([]);
      return ignored(sources)[0]?.because;
    };
    for (const digits of ['000000000000', '4f3c2a1b9d0f', '7'.repeat(64)])
      expect(because(digits)).toBe('other-text');
    for (const digits of ['4f3c2a1b9d0', '', 'x', 'latest', STORED, '4F3C2A1B9D0E', '7'.repeat(65)])
      expect(because(digits)).toBe('malformed');
  });

  it('has no subjects when it is empty', () => {
    for (const after of ['', ' ', ',', ' , '])
      expect(acknowledgementsOf({ after, before: undefined, stored: STORED })).toEqual({
        subjects: new Set(),
        ignored: [],
      });
  });
});

const change = (severity: 'error' | 'warning', acknowledged: boolean, ...subjects: string[]): Problem => ({
  code: 'removed-without-deprecation',
  name: 'x',
  severity,
  acknowledged,
  subjects,
  use: { known: true, workloads: 1, tools: 1, first: [] },
  at: { start: 0, end: 0 },
  field: '',
});

describe('acknowledgementOf', () => {
  it('lists each refused and each acknowledged subject once, with the digits of the stored text', () => {
    const problems = [
      change('error', false, 'python2'),
      change('error', false, 'python2', 'host:r.example.org'),
      change('warning', true, 'reader:webservice'),
      change('warning', false, 'node10'),
    ];
    expect(acknowledgementOf(problems, STORED)).toBe(
      'python2,host:r.example.org,reader:webservice@4f3c2a1b9d0e',
    );
  });

  it('names no text if none is stored', () => {
    expect(acknowledgementOf([change('error', false, 'python2')], undefined)).toBe('python2');
  });

  it('is undefined if nothing is refused, or the text itself has an error', () => {
    expect(acknowledgementOf([change('warning', false, 'python2')], STORED)).toBeUndefined();
    const empty: Problem = { code: 'empty-catalog', at: { start: 0, end: 0 }, field: '' };
    expect(acknowledgementOf([change('error', false, 'python2'), empty], STORED)).toBeUndefined();
  });

  it('is undefined if a name has characters that a shell would interpret', () => {
    for (const name of ['a,b', 'a@b', 'a b', "a'b", 'a"b', 'a\\b', 'a\nb', 'a$b', 'a;b', 'a`b`', ''])
      expect(acknowledgementOf([change('error', false, name)], STORED)).toBeUndefined();
  });

  it('returns a value that acknowledges the edit', () => {
    const value = acknowledgementOf([change('error', false, 'python2', 'host:r.example.org:5000')], STORED);
    expect(counted({ before: value })).toEqual(['python2', 'host:r.example.org:5000']);
  });
});

import { expect, it } from 'vitest';
import { progressOn } from '../../../src/cli/audit/progress.ts';

/** What is written while Pods and then namespaces are listed. */
function written(isTTY: boolean): string {
  let text = '';
  const progress = progressOn({ isTTY, write: (more) => (text += more) });
  progress.page('pods', { listed: 500, remaining: 9_500 });
  progress.page('pods', { listed: 1_000, remaining: 9_000 });
  progress.page('jobs', { listed: 3, remaining: undefined });
  progress.done();
  return text;
}

it('is one line on a terminal, written over and taken away in the end', () => {
  expect(written(true).split('\r').slice(1)).toEqual([
    'pods: 500 of about 10000',
    'pods: 1000 of about 10000',
    'jobs: 3'.padEnd(25),
    ' '.repeat(7),
    '',
  ]);
});

it('is a line for each long list elsewhere', () => {
  expect(written(false)).toBe('pods: 500 of about 10000\n');
});

it('writes nothing when nothing was listed', () => {
  let text = '';
  progressOn({ isTTY: true, write: (more) => (text += more) }).done();
  expect(text).toBe('');
});

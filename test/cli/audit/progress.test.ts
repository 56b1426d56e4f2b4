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

it('progress is one line on a terminal, which is overwritten and then cleared', () => {
  expect(written(true).split('\r').slice(1)).toEqual([
    'pods: 500 of about 10000',
    'pods: 1000 of about 10000',
    'jobs: 3'.padEnd(25),
    ' '.repeat(7),
    '',
  ]);
});

it('progress is a line for each long list in a file or pipe', () => {
  expect(written(false)).toBe('pods: 500 of about 10000\n');
});

it('progress is empty when no list was read', () => {
  let text = '';
  progressOn({ isTTY: true, write: (more) => (text += more) }).done();
  expect(text).toBe('');
});

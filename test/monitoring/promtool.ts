import { spawnSync } from 'node:child_process';

/** Whether Debian's `prometheus` package is installed. In CI a missing one throws. */
export function hasPromtool(): boolean {
  if (spawnSync('promtool', ['--version']).status === 0) return true;
  if (process.env.CI) throw new Error('there is no promtool: apt-get install prometheus');
  console.warn('Tests of the alerts are skipped: apt-get install prometheus');
  return false;
}

/** Runs promtool and resolves to its exit code and all that it printed. */
export function promtool(...args: readonly string[]): {
  readonly status: number | null;
  readonly output: string;
} {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

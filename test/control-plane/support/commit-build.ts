import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathOf } from '../../manifests/manifests.ts';

/** A built checkout of a commit of this repository. */
export interface CommitBuild {
  /** Path of its Helm chart. */
  readonly chart: string;
  /** Path of its `main.js`. */
  readonly main: string;
  /** Path of one of its own files. */
  readonly file: (path: string) => string;
}

/** Checks a commit out into a new subdirectory of `directory`, and builds it with the packages of its own lock file. */
export async function buildCommit(
  commit: string,
  directory: string,
  repository = pathOf('.'),
): Promise<CommitBuild> {
  await requireCommit(commit, repository);
  const root = join(directory, commit);
  const archive = `${root}.tar`;
  await mkdir(root);
  await run('git', ['archive', '--format=tar', `--output=${archive}`, commit], repository);
  await run('tar', ['-xf', archive], root);
  // From npm's cache where it can: it has the packages of both versions.
  await run('npm', ['ci', '--prefer-offline', '--no-fund', '--no-audit'], root);
  await run('npm', ['run', '--silent', 'build'], root);
  const file = (path: string): string => join(root, path);
  return { chart: file('manifests/chart'), main: file('dist/main.js'), file };
}

async function requireCommit(commit: string, repository: string): Promise<void> {
  try {
    await run('git', ['cat-file', '-e', `${commit}^{commit}`], repository);
  } catch (cause) {
    throw new Error(
      `This clone has no commit ${commit}, from which the upgrade starts. ` +
        'A shallow clone gets it by `git fetch --unshallow`; in CI, clone the whole history.',
      { cause },
    );
  }
}

const run = (program: string, args: readonly string[], cwd: string) =>
  promisify(execFile)(program, args, { cwd });

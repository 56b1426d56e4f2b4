import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temporary.ts';

const PRE_COMMIT = 'pre-commit==4.3.0';

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
let output: string;

/** A Python that can make an environment: Debian's needs the package python3-venv. */
const python = ['/usr/bin/python3', 'python3'].find(
  (candidate) => spawnSync(candidate, ['-c', 'import ensurepip, venv']).status === 0,
);

/** Runs both hooks of this repository, as pre-commit installs them from a clone, on the files of some tools. */
beforeAll(async () => {
  if (python === undefined) throw new Error('no Python with venv: install python3-venv');
  files = await temporaryDirectory();
  const environment = join(files.path, 'environment');
  const work = join(files.path, 'work');
  execFileSync(python, ['-m', 'venv', environment]);
  execFileSync(join(environment, 'bin/pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    PRE_COMMIT,
  ]);
  for (const tool of ['python', 'php', 'built', 'components'])
    cpSync(`test/fixtures/tools/${tool}`, join(work, tool), { recursive: true });
  cpSync('test/fixtures/cli/tools-catalog.yaml', join(work, 'images-v1.yaml'));
  execFileSync('git', ['init', '--quiet'], { cwd: work });
  execFileSync('git', ['add', '.'], { cwd: work });
  const run = spawnSync(
    join(environment, 'bin/pre-commit'),
    ['try-repo', resolve('.'), '--all-files', '--verbose', '--color', 'never'],
    {
      cwd: work,
      encoding: 'utf8',
      timeout: 600_000,
      env: {
        ...process.env,
        PRE_COMMIT_HOME: join(files.path, 'home'),
        IMAGE_CONFIG_CATALOG: 'images-v1.yaml',
        // The author of the commit of uncommitted changes.
        GIT_AUTHOR_NAME: 'test',
        GIT_AUTHOR_EMAIL: 'test@example.org',
        GIT_COMMITTER_NAME: 'test',
        GIT_COMMITTER_EMAIL: 'test@example.org',
      },
    },
  );
  output = `${run.stdout}${run.stderr}`;
}, 900_000);
afterAll(() => files[Symbol.asyncDispose]());

describe('the hooks of pre-commit', () => {
  it('lint the catalog', () => {
    expect(output).toMatch(/^lint the catalog of images\.+Passed$/m);
    expect(output).toContain('images-v1.yaml:70:1: warning: static-only: static-only has no top-level image');
  });

  it('check the files of tools, whose warnings do not fail the commit', () => {
    expect(output).toMatch(/^check the images of tools\.+Passed$/m);
    expect(output).toContain('python/service.template:3:7: warning: type: python3.7 is deprecated');
    expect(output).toContain('php/service.template:1:7: warning: type: php7.4 is deprecated');
    expect(output).toMatch(/^3 warnings in 4 files\./m);
  });
});

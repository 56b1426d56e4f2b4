import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temporary.ts';

it('a dependency from git is built while it is installed, and runs', async () => {
  await using files = await temporaryDirectory();
  const clone = join(files.path, 'clone');
  const project = join(files.path, 'project');
  execFileSync('git', ['clone', '--quiet', resolve('.'), clone]);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"name": "project", "private": true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', `git+file://${clone}`], {
    cwd: project,
    stdio: 'pipe',
  });
  const installed = (...options: readonly string[]): string =>
    execFileSync(join(project, 'node_modules/.bin/image-config-admission'), options, { encoding: 'utf8' });
  expect(installed('lint', resolve('test/fixtures/cli/tools-catalog.yaml'), '--format', 'json')).toContain(
    '"errors": 0',
  );
  expect(installed('explain', 'duplicate-alias')).toContain('duplicate-alias');
}, 600_000);

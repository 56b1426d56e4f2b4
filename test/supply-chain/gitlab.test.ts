import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temporary.ts';

interface Job {
  readonly extends?: string;
  readonly image?: string;
  readonly before_script?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly rules?: readonly { readonly if: string }[];
  readonly script?: readonly string[];
  readonly artifacts?: { readonly reports: { readonly codequality: string } };
}

const jobs = load(readFileSync('ci/gitlab.yml', 'utf8')) as Readonly<Record<string, Job>>;
const base = jobs['.image-config-admission'];

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  files = await temporaryDirectory();
  const bin = join(files.path, 'bin');
  mkdirSync(bin);
  // The installed program, and an npm that notes what it would install.
  writeFileSync(
    join(bin, 'image-config-admission'),
    `#!/bin/sh\nexec node ${resolve('dist/main.js')} "$@"\n`,
  );
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "$@" > ${join(files.path, 'npm')}\n`);
  for (const name of ['image-config-admission', 'npm']) chmodSync(join(bin, name), 0o755);
  mkdirSync(join(files.path, 'work'));
});
afterEach(() => files[Symbol.asyncDispose]());

/** Runs the lines of a job in one shell that ends at the first failure, as a runner of GitLab does. */
function runJob(name: string, variables: Readonly<Record<string, string>>) {
  const { script = [], variables: own = {} } = jobs[name] ?? {};
  const lines = [...(base?.before_script ?? []), ...script];
  const { status, stdout } = spawnSync('sh', ['-e', '-c', lines.join('\n')], {
    cwd: join(files.path, 'work'),
    encoding: 'utf8',
    env: { ...own, ...variables, PATH: `${join(files.path, 'bin')}:${process.env.PATH}` },
  });
  const report = readFileSync(join(files.path, 'work', base?.artifacts?.reports.codequality ?? ''), 'utf8');
  return {
    status,
    stdout,
    report: JSON.parse(report) as { check_name: string; location: { path: string } }[],
  };
}

const inWork = (from: string, to: string): void =>
  cpSync(`test/fixtures/${from}`, join(files.path, 'work', to), { recursive: true });

describe('ci/gitlab.yml', () => {
  it('installs the package that a variable names', () => {
    inWork('cli/good.yaml', 'images-v1.yaml');
    const variables = { IMAGE_CONFIG_PACKAGE: '/x y.tgz', IMAGE_CONFIG_LINT_FILES: 'images-v1.yaml' };
    expect(runJob('image-config-lint', variables)).toMatchObject({ status: 0, report: [] });
    expect(readFileSync(join(files.path, 'npm'), 'utf8')).toBe(
      'install --global --no-fund --no-audit /x y.tgz\n',
    );
  });

  it('runs a job only where its variable is set', () => {
    expect(Object.entries(jobs).map(([name, { rules }]) => [name, rules?.map((rule) => rule.if)])).toEqual([
      ['.image-config-admission', undefined],
      ['image-config-check', ['$IMAGE_CONFIG_CATALOG']],
      ['image-config-lint', ['$IMAGE_CONFIG_LINT_FILES']],
    ]);
  });

  it('writes the findings into the log and the report, and fails for errors', () => {
    inWork('cli/tools-catalog.yaml', 'catalog.yaml');
    inWork('tools/extra', 'tool');
    const { status, stdout, report } = runJob('image-config-check', { IMAGE_CONFIG_CATALOG: 'catalog.yaml' });
    expect(status).toBe(1);
    expect(stdout).toContain('tool/service.template:2:7: error: type: node12 is deprecated');
    expect(report).toMatchObject([
      { check_name: 'image-past-removal', location: { path: 'tool/service.template' } },
    ]);
  });

  it('passes for warnings', () => {
    inWork('cli/tools-catalog.yaml', 'catalog.yaml');
    inWork('tools/php', 'tool');
    const { status, report } = runJob('image-config-check', { IMAGE_CONFIG_CATALOG: 'catalog.yaml' });
    expect({ status, codes: report.map((issue) => issue.check_name) }).toEqual({
      status: 0,
      codes: ['image-deprecated'],
    });
  });

  it('runs on a shell, without what this checkout has', () => {
    expect(
      execFileSync('sh', [
        '-n',
        '-c',
        Object.values(jobs)
          .flatMap((job) => job.script ?? [])
          .join('\n'),
      ]),
    ).toHaveLength(0);
    expect(base?.image).toMatch(/^docker\.io\/library\/node:\d+/);
  });
});

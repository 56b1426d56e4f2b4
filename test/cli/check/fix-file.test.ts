import { execFileSync } from 'node:child_process';
import { cpSync, linkSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const CATALOG = 'test/fixtures/cli/tools-catalog.yaml';

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  files = await temporaryDirectory();
});
afterEach(() => files[Symbol.asyncDispose]());

const corpus = (): void => cpSync('test/fixtures/tools', files.path, { recursive: true });

/** The text of each file below a directory. */
const textsIn = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(directory, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );

const check = (...args: string[]) => runCli(['check', '--catalog', CATALOG, ...args]);

describe.each(['--fix', '--fix=deprecated'])('check %s', (fix) => {
  it('does the same as git with the patch of --dry-run, which writes nothing', async () => {
    corpus();
    const before = textsIn(files.path);
    const { stdout: patch } = await check(fix, '--dry-run', files.path);
    expect(textsIn(files.path)).toEqual(before);
    await check(fix, files.path);
    const after = textsIn(files.path);
    expect(after).not.toEqual(before);
    corpus();
    // Files outside of the working directory have their whole path.
    const depth = files.path.split('/').length;
    execFileSync('git', ['apply', `-p${depth}`, '--whitespace=nowarn', '-'], {
      cwd: files.path,
      input: patch,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: join(files.path, '..') },
    });
    expect(textsIn(files.path)).toEqual(after);
  });

  it('fixes nothing the second time', async () => {
    corpus();
    await check(fix, files.path);
    const once = textsIn(files.path);
    const { stdout } = await check(fix, files.path);
    expect(textsIn(files.path)).toEqual(once);
    expect(stdout).not.toContain('fixed');
    expect((await check(fix, '--dry-run', files.path)).stdout).toBe('');
  });
});

describe('check --fix', () => {
  const jobs = '- {name: a, command: x, image: tf-python39}\n';
  const inFile = (name: string, text = jobs): string => {
    const path = join(files.path, name);
    writeFileSync(path, text);
    return path;
  };

  it('reports what it changed and what is left', async () => {
    const path = inFile('jobs.yaml', `${jobs}- {name: b, command: x, image: tf-python37}\n`);
    const { stdout, exitCode } = await check('--fix', path);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(path, 'jobs.yaml')).toBe(
      `jobs.yaml:1:32: fixed: "tf-python39" is now "python3.9" [image-alias]
jobs.yaml:2:32: fixed: "tf-python37" is now "python3.7" [image-deprecated]

jobs.yaml:2:32: warning: [1].image: python3.7 is deprecated; use python3.11; removal on 2027-03-01; write python3.11 [image-deprecated]
 2 | - {name: b, command: x, image: python3.7}
   |                                ^^^^^^^^^

1 warning in 1 file. What a code means: image-config-admission explain CODE
`,
    );
  });

  it('lists in JSON what it changed', async () => {
    const { stdout } = await check('--fix', '--format', 'json', inFile('jobs.yaml'));
    const [file] = JSON.parse(stdout).files;
    expect(file.fixed).toEqual([
      { code: 'image-alias', line: 1, column: 32, from: 'tf-python39', to: 'python3.9' },
    ]);
    expect(file.problems).toEqual([]);
  });

  it('says that libraries have to be installed anew, only where an image was replaced', async () => {
    const path = inFile('service.template', 'type: python3.7\n');
    expect((await check('--fix', inFile('jobs.yaml'))).stderr).toBe('');
    const { stderr, stdout } = await check('--fix=deprecated', path);
    expect(stderr).toMatch(/^note: on another image, libraries .* have to be installed anew/);
    expect(stdout).toContain('No problems left in 1 file; 1 fixed.');
  });

  it('leaves a symbolic link and hard links, and says so', async () => {
    const path = inFile('jobs.yaml');
    const link = join(files.path, 'link.yaml');
    symlinkSync('jobs.yaml', link);
    const linked = await check('--fix', link);
    expect(linked.stderr).toBe(`error: cannot change ${link}: it is a symbolic link\n`);
    expect(linked.exitCode).toBe(2);
    expect(linked.stdout).toContain('[image-alias]');
    linkSync(path, join(files.path, 'second.yaml'));
    expect((await check('--fix', path)).stderr).toContain('it has more than one name (hard links)');
    expect(readFileSync(path, 'utf8')).toBe(jobs);
  });

  it('follows no link of a directory', async () => {
    const path = inFile('elsewhere');
    symlinkSync('elsewhere', join(files.path, 'jobs.yaml'));
    await check('--fix', files.path);
    expect(readFileSync(path, 'utf8')).toBe(jobs);
  });

  it('takes no standard input, and --dry-run not alone', async () => {
    expect(await check('--fix', '-')).toMatchObject({ exitCode: 2, stdout: '' });
    expect((await check('--dry-run', 'x')).stderr).toContain('give --fix or --fix=deprecated, too');
    expect((await check('--fix=all', 'x')).exitCode).toBe(2);
  });

  it('prints a patch byte for byte to a program, and harmless to a terminal', async () => {
    const path = inFile('jobs.yaml', `# \u202eevil\n${jobs}`);
    const options = ['check', '--catalog', CATALOG, '--fix', '--dry-run', path];
    expect((await runCli(options)).stdout).toContain(' # \u202eevil\n');
    expect((await runCli(options, { isTTY: true })).stdout).toContain(' # \ufffdevil\n');
  });
});

import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  files = await temporaryDirectory();
});
afterEach(() => files[Symbol.asyncDispose]());

const inFile = (text: string): string => {
  const path = join(files.path, 'images.yaml');
  writeFileSync(path, text);
  return path;
};

const CATALOG = 'a:\n  state: stable\n  image: r.example/a:latest\n  aliases: [b, b]\n  variants: {}\n';
const FIXED = 'a:\n  state: stable\n  image: r.example/a\n  aliases: [b]\n  variants: {}\n';

describe('lint --fix', () => {
  it('fixes the file, and prints what it changed', async () => {
    const path = inFile(CATALOG);
    const { exitCode, stdout } = await runCli(['lint', '--fix', path]);
    expect(readFileSync(path, 'utf8')).toBe(FIXED);
    expect({ exitCode, stdout: stdout.replaceAll(path, 'images.yaml') }).toEqual({
      exitCode: 0,
      stdout: `images.yaml:3:21: fixed: ":latest" is removed [image-tag]
images.yaml:4:14: fixed: ", b" is removed [redundant-alias]

No problems left in 1 file; 2 fixed.
`,
    });
  });

  it('prints a patch that git applies, and writes nothing, with --dry-run', async () => {
    const path = inFile(CATALOG);
    const { stdout } = await runCli(['lint', '--fix', '--dry-run', path]);
    expect(readFileSync(path, 'utf8')).toBe(CATALOG);
    execFileSync('git', ['apply', `-p${files.path.split('/').length}`, '-'], {
      cwd: files.path,
      input: stdout,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: join(files.path, '..') },
    });
    expect(readFileSync(path, 'utf8')).toBe(FIXED);
  });

  it('fixes the catalog in a ConfigMap, and nothing around it', async () => {
    const manifest = (catalog: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: image-config, namespace: tf-public}\ndata:\n  images-v1.yaml: |\n${catalog.replace(/^/gm, '    ').trimEnd()}\n`;
    const path = inFile(manifest(CATALOG));
    await runCli(['lint', '--fix', path]);
    expect(readFileSync(path, 'utf8')).toBe(manifest(FIXED));
  });

  it('leaves a file with a second name, and says so', async () => {
    const path = inFile(CATALOG);
    linkSync(path, join(files.path, 'second'));
    const { exitCode, stderr, stdout } = await runCli(['lint', '--fix', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('it has more than one name (hard links)');
    expect(stdout).toContain('[image-tag]');
    expect(readFileSync(path, 'utf8')).toBe(CATALOG);
  });

  it('refuses a FIFO and a directory at once, and says why', async () => {
    const fifo = join(files.path, 'fifo');
    execFileSync('mkfifo', [fifo]);
    for (const path of [fifo, files.path]) {
      const { exitCode, stderr } = await runCli(['lint', '--fix', path]);
      expect(stderr).toBe(`error: cannot change ${path}: it is no regular file\n`);
      expect(exitCode).toBe(2);
    }
    const missing = await runCli(['lint', '--fix', join(files.path, 'none')]);
    expect(missing.stderr).toContain('no such file');
  });

  it('takes no standard input, and --dry-run not alone', async () => {
    expect((await runCli(['lint', '--fix', '-'])).exitCode).toBe(2);
    expect((await runCli(['lint', '--dry-run', 'x'])).stderr).toContain('give --fix, too');
  });
});

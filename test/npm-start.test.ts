import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryDirectory } from './support/temporary.ts';

/** Prints how it was called, and runs until a signal. */
const SERVER = `
console.log('served ' + process.pid + ' ' + process.argv.slice(2).join(' '));
setInterval(() => {}, 1_000);
`;

it.each([
  [['start'], /^serve --host 127\.0\.0\.1 --catalog /],
  // Without --host, the site listens on 127.0.0.1.
  [
    ['run', 'site'],
    /^site --state test\/fixtures\/site\/state\.json --history node_modules\/\.site-history\.jsonl$/,
  ],
])(
  'npm %j says first that it builds, serves on loopback only, and a signal for npm ends the server',
  async (script, called) => {
    await using project = await temporaryDirectory();
    await copyFile(new URL('../package.json', import.meta.url), join(project.path, 'package.json'));
    for (const folder of ['dist', 'scripts', 'node_modules', 'test/fixtures/site'])
      await mkdir(join(project.path, folder), { recursive: true });
    await writeFile(join(project.path, 'test/fixtures/site/history.jsonl'), '');
    await writeFile(join(project.path, 'dist/main.js'), SERVER);
    await writeFile(join(project.path, 'scripts/build.mjs'), "console.log('built');\n");

    const npm = spawn('npm', ['--silent', ...script], {
      cwd: project.path,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(npm, 'close');
    let output = '';
    npm.stdout.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
    await vi.waitFor(() => expect(output).toContain('served'), { timeout: 30_000 });
    const [, pid = '', call = ''] = /^building…\nbuilt\nserved (\d+) (.*)\n$/.exec(output) ?? [];
    expect(call).toMatch(called);
    const isRunning = () => process.kill(Number(pid), 0);
    expect(isRunning()).toBe(true);

    npm.kill('SIGTERM');
    await closed;
    await vi.waitFor(() => expect(isRunning).toThrow('ESRCH'), { timeout: 10_000 });
  },
  60_000,
);

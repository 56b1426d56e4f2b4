import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseTranscript, renderCommand, type TranscriptOutput } from './support/transcript.ts';

const MAIN = resolve('dist/main.js');

/** A directory for PATH in which the program has its name, as `npm install` makes one. */
let bin: string;
beforeAll(() => {
  try {
    readFileSync(MAIN);
  } catch {
    throw new Error('dist/main.js is not there: npm run build makes it, and npm test does that first');
  }
  bin = mkdtempSync(join(tmpdir(), 'bin-'));
  symlinkSync(MAIN, join(bin, 'image-config-admission'));
});
afterAll(() => rmSync(bin, { recursive: true }));

const surroundings = () => ({ PATH: [bin, process.env.PATH].join(delimiter) });

function shell(line: string): Promise<TranscriptOutput> {
  const child = spawn('sh', ['-c', line], { env: surroundings(), stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  return new Promise((done) => child.on('close', (code) => done({ exitCode: code ?? -1, stdout, stderr })));
}

describe('the built program', () => {
  it.each(['lint-unreadable.txt', 'lint-manifests.txt', 'explain.txt', 'review.txt'])(
    'answers as in test/transcripts/%s',
    async (name) => {
      const expected = readFileSync(new URL(`transcripts/${name}`, import.meta.url), 'utf8');
      const { preamble, commands } = parseTranscript(expected);
      const outputs = await Promise.all(commands.map(({ line }) => shell(line)));
      const rendered = outputs.map((output, index) => renderCommand(commands[index]?.line ?? '', output));
      expect(`${preamble}\n${rendered.join('\n')}`).toBe(expected);
    },
  );

  it('takes the date from the clock, in UTC', async () => {
    const catalog = (removal: string) =>
      `n: {state: deprecated, image: r.example.org/n, variants: {}, deprecation: {removal: "${removal}"}}`;
    const lint = (removal: string) =>
      shell(`echo '${catalog(removal)}' | image-config-admission lint --strict -`);
    const today = new Date().toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect((await lint(yesterday)).exitCode).toBe(1);
    expect((await lint(today)).exitCode).toBe(0);
  });

  it('keeps its exit code when the reader closes the pipe early', async () => {
    const { stdout, stderr } = await shell(
      '{ image-config-admission lint test/fixtures/cli/two-faults.yaml; echo "exit $?" >&2; } | true',
    );
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'exit 1\n' });
  });

  it.runIf(process.platform === 'linux')('exits 2 when the output cannot be written', async () => {
    const { exitCode, stderr } = await shell('image-config-admission explain > /dev/full');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('error: cannot write the output: ENOSPC'),
    });
  });

  it('reads a closed standard input as empty', async () => {
    const { exitCode, stdout, stderr } = await shell('image-config-admission lint - <&-');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toContain('[not-a-mapping]');
  });

  it.each([
    [['SIGINT'], 0],
    [['SIGTERM', 'SIGTERM'], 143],
    [['SIGTERM', 'SIGINT'], 130],
  ] as const)(
    'ends a server after %j with %i, though its catalog is a pipe that nobody writes',
    async (signals, exitCode) => {
      const fifo = join(bin, `pipe-${signals.join('-')}`);
      await shell(`mkfifo ${fifo}`);
      const ports = ['--host', '127.0.0.1', '--tls-port', '0', '--ops-port', '0'];
      const server = spawn(process.execPath, [MAIN, 'serve', '--catalog', fifo, ...ports], {
        env: surroundings(),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((done) => server.on('close', done));
      let log = '';
      server.stdout.setEncoding('utf8').on('data', (piece: string) => {
        log += piece;
      });
      const logged = (message: string) =>
        vi.waitFor(() => expect(log).toContain(message), { timeout: 20_000 });
      await logged('"msg":"listening"');
      for (const signal of signals) {
        server.kill(signal);
        if (signals.length > 1) await logged('"msg":"draining"');
      }
      expect(await ended).toBe(exitCode);
      expect(log).toContain('"msg":"stopped"');
    },
  );

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('handles %s before a server listens, since process 1 would ignore it', async (signal, code) => {
    // Loaded before the program: it says when a handler is added.
    const says = `process.on('newListener', (name) => name === '${signal}' && process.stderr.write('handled'))`;
    const ports = ['--host', '127.0.0.1', '--tls-port', '0', '--ops-port', '0'];
    const catalog = 'test/fixtures/image-config/images-v1.2026.yaml';
    const preload = ['--import', `data:text/javascript,${encodeURIComponent(says)}`];
    const server = spawn(process.execPath, [...preload, MAIN, 'serve', '--catalog', catalog, ...ports], {
      env: surroundings(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((done) => server.on('close', done));
    const log = text(server.stdout);
    await once(server.stderr, 'data');
    server.kill(signal);
    expect(await ended).toBe(code);
    expect(await log).not.toContain('"msg":"listening"');
  });
});

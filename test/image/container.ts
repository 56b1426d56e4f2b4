import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import type { BuiltImage } from './built-image.ts';

const SCRIPT = fileURLToPath(new URL('run-read-only.sh', import.meta.url));

/** Longer than any command in these tests takes. */
const HANGS = 30_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a read-only container of the image until it ends. */
export async function runIn(
  image: BuiltImage,
  mounted: string,
  command: readonly string[],
): Promise<Finished> {
  const child = start(image, mounted, command);
  const hangs = setTimeout(() => child.kill('SIGKILL'), HANGS);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  clearTimeout(hangs);
  return { code, stdout, stderr };
}

type Line = Record<string, unknown> & { readonly msg: string; readonly level: string };

/** The image's own command while it serves. */
export interface Serving extends AsyncDisposable {
  readonly tlsPort: number;
  readonly ops: (path: string) => Promise<Response>;
  /** Sends SIGTERM, as a kubelet does, and resolves to the exit code and the output. */
  readonly terminate: () => Promise<{ code: number | null; lines: readonly Line[]; stderr: string }>;
}

/** Runs the entry point and command of the image with further options, and resolves when it listens on free ports. */
export async function serveIn(
  image: BuiltImage,
  mounted: string,
  options: readonly string[],
): Promise<Serving> {
  const { Entrypoint, Cmd } = image.config;
  const ports = ['--host', '127.0.0.1', '--tls-port', '0', '--ops-port', '0', '--drain-seconds', '1'];
  const child = start(image, mounted, [...Entrypoint, ...Cmd, ...ports, ...options]);
  const closed = once(child, 'close');
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (words: string) => {
    stdout += words;
  });
  child.stderr.setEncoding('utf8').on('data', (words: string) => {
    stderr += words;
  });
  const lines = (): Line[] =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  try {
    const { tlsPort, opsPort } = await vi.waitFor(
      () => {
        const listening = lines().find(({ msg }) => msg === 'listening');
        expect(listening, stdout + stderr).toBeDefined();
        return listening as unknown as { tlsPort: number; opsPort: number };
      },
      { timeout: HANGS, interval: 50 },
    );
    return {
      tlsPort,
      ops: (path) => fetch(`http://127.0.0.1:${opsPort}${path}`),
      terminate: async () => {
        process.kill(await programOf(child), 'SIGTERM');
        const [code] = await closed;
        return { code, lines: lines(), stderr };
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Returns the process whose end ends all the others. */
function start({ root, config }: BuiltImage, mounted: string, command: readonly string[]) {
  return spawn(SCRIPT, [root, mounted, config.User, config.WorkingDir, ...config.Env, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The process id, outside the container, of its process 1: the last one of a chain. */
async function programOf({ pid }: Pick<ChildProcess, 'pid'>): Promise<number> {
  const child = Number(await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  return child === 0 ? (pid ?? 0) : programOf({ pid: child });
}

import { fileURLToPath } from 'node:url';
import type { Io } from '../../src/cli/io.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { run } from '../../src/cli/run.ts';

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliSurroundings {
  readonly stdin?: string | Uint8Array;
  readonly env?: Io['env'];
  readonly today?: string;
  readonly isTTY?: boolean;
}

/** Runs the command line in this process. Files are real; environment, streams and date are not. */
export async function runCli(
  argv: readonly string[],
  surroundings: CliSurroundings = {},
): Promise<CliResult> {
  const { io, written } = cliIo(surroundings);
  const exitCode = await run(argv, io);
  return { exitCode, ...written };
}

/** The `Io` of a run, and the text that it has written so far. */
function cliIo({ stdin = '', env = {}, today = '2026-11-22', isTTY = false }: CliSurroundings = {}) {
  const written = { stdout: '', stderr: '' };
  const io: Io = {
    stdin: once(typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin),
    stdout: { isTTY, write: (text) => (written.stdout += text) },
    stderr: { isTTY, write: (text) => (written.stderr += text) },
    env,
    today: () => today,
    docs: new URL('../../docs/', import.meta.url),
    script: fileURLToPath(new URL('../../dist/main.js', import.meta.url)),
    onSignal: () => {},
  };
  return { io, written };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const verbs = buildProgram(cliIo().io, () => {}).commands;

/** Every verb with each of the choices of its `--format`. */
export const formats = verbs.flatMap((verb) =>
  (verb.options.find(({ long }) => long === '--format')?.argChoices ?? []).map(
    (format) => [verb.name(), format] as const,
  ),
);

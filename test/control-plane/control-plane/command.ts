import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly stdin?: string;
  /** The whole environment: a developer's own variables must not change the tests. */
  readonly env: Readonly<Record<string, string>>;
}

// Longer than any deliberate wait of kubectl or helm in the tests; a call that hangs fails its own test.
const hangs = 120_000;

/** Runs a command to its end. A failing command is a result; only one that cannot start, or is killed, rejects. */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(program, args, { env: options.env, timeout: hangs, killSignal: 'SIGKILL' });
  // A command that exits without reading its input closes the pipe; its output says what was wrong.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ]);
  if (code === null)
    throw new Error(
      `${program} ${args.join(' ')} was ended by ${signal}; it had printed: ${stdout}${stderr}`,
    );
  return { code, stdout, stderr };
}

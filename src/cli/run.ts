import { CommanderError } from 'commander';
import { type CommandResult, UsageError } from './command-result.ts';
import type { Io } from './io.ts';
import { errorText } from './output/terminal-safe.ts';
import { buildProgram } from './program.ts';

/** Runs a command line, without the program's own name, and resolves to the exit code. Never rejects. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const finish = (outcome: CommandResult): void => {
    if (outcome.stdout) io.stdout.write(outcome.stdout);
    if (outcome.stderr) io.stderr.write(outcome.stderr);
    exitCode = outcome.exitCode;
  };
  try {
    await buildProgram(io, finish).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, io);
  }
}

function exitCodeOf(error: unknown, io: Io): number {
  // Commander has already printed the message or the help. Its own exit code for wrong usage is 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    io.stderr.write(errorText(error.message));
    return 2;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(errorText(`this is a bug of image-config-admission\n${trace}`));
  return 2;
}

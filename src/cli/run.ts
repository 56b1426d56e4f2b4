import { CommanderError } from 'commander';
import { type CommandResult, UsageError } from './command-result.ts';
import type { Io } from './io.ts';
import { buildProgram } from './program.ts';

/** The command line without the program's own name in, output and an exit code out. Never throws. */
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
  // Commander has said what is wrong, or shown the help that was asked for. Its own code for wrong usage is 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    io.stderr.write(`error: ${error.message}\n`);
    return 2;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`error: this is a fault of the program itself\n${trace}\n`);
  return 2;
}

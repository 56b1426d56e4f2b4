import type { DrainExitCode } from '../server/drain.ts';

/**
 * 0 success; 1 problems found, or an unknown name; 2 wrong usage or unreadable input. `serve` and `site` have the codes of
 * their shutdown.
 */
export type ExitCode = 0 | 1 | 2 | DrainExitCode;

/** The result of a verb: its output on stdout, messages about failures on stderr. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Wrong usage or unreadable input: exit code 2. `run` puts `error: ` before the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Turns an error such as a port in use into a `UsageError`, which is printed without a stack. */
export const toUsageError = (error: Error): never => {
  throw new UsageError(error.message, { cause: error });
};

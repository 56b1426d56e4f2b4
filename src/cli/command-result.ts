/**
 * 0 fine; 1 problems found, or a name unknown; 2 wrong usage or unreadable input. 130 and 143 are a shell's for who was
 * ended by SIGINT or SIGTERM before it was done.
 */
export type ExitCode = 0 | 1 | 2 | 130 | 143;

/** What a verb returns: output for programs on stdout, messages about failures on stderr. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Wrong usage or unreadable input: exit code 2. The message stands alone; `run` puts `error: ` before it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

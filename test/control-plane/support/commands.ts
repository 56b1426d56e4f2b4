import { expect } from 'vitest';
import type { CommandResult } from '../control-plane/command.ts';

/** What a command prints that has to succeed. */
export async function succeeds(command: Promise<CommandResult>): Promise<string> {
  const result = await command;
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return result.stdout;
}

/** What a command says that has to be refused. */
export async function isRefused(command: Promise<CommandResult>): Promise<string> {
  const result = await command;
  expect(result, result.stdout).toMatchObject({ code: 1 });
  return result.stderr;
}

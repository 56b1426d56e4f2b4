import { expect } from 'vitest';
import type { CommandResult } from '../control-plane/command.ts';
import type { AttachedControlPlane } from '../control-plane.ts';

/** The standard output of a command that has to succeed. */
export async function succeeds(command: Promise<CommandResult>): Promise<string> {
  const result = await command;
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return result.stdout;
}

/** The standard error of a command that has to be refused. */
export async function isRefused(command: Promise<CommandResult>): Promise<string> {
  const result = await command;
  expect(result, result.stdout).toMatchObject({ code: 1 });
  return result.stderr;
}

/** Path of a kubeconfig for a ServiceAccount. `name`: of the file; the account's when absent. */
export async function kubeconfigOf(
  controlPlane: AttachedControlPlane,
  namespace: string,
  account: string,
  name = account,
): Promise<string> {
  const token = await succeeds(controlPlane.kubectl(['create', 'token', account, '-n', namespace]));
  return controlPlane.kubeconfigFor(name, token.trim());
}

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from './bundle.ts';
import type { CliResult } from './run-cli.ts';
import { registryCertificates } from './stand-in-registry.ts';

/**
 * Builds the program into a directory, and returns a function that runs it as a process that trusts the registries of tests:
 * Node reads NODE_EXTRA_CA_CERTS only when it starts.
 */
export async function askingProgram(
  directory: string,
): Promise<(argv: readonly string[]) => Promise<CliResult>> {
  const program = fileURLToPath(await bundle(new URL('../../src/main.ts', import.meta.url), directory));
  const authorities = join(directory, 'ca.pem');
  await writeFile(authorities, (await registryCertificates()).ca);
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authorities };
  return async (argv) => {
    try {
      const output = await promisify(execFile)(process.execPath, [program, ...argv], { env });
      return { exitCode: 0, ...output };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { exitCode: code, stdout, stderr };
    }
  };
}

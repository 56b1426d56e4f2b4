import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program schemathesis. */
    schemathesis: string;
  }
}

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** Installs schemathesis into a virtual environment in the user's cache, once for each version of the requirements. */
export function setup({ provide }: TestProject): void {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const environment = join(cache, 'image-config-admission', `schemathesis-${version}`);
  const program = join(environment, 'bin', 'schemathesis');
  if (!existsSync(program)) {
    const run = (command: string, ...argv: string[]): void => {
      execFileSync(command, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
    };
    run('/usr/bin/python3', '-m', 'venv', '--clear', environment);
    run(join(environment, 'bin', 'pip'), 'install', '--quiet', '--no-deps', '--requirement', REQUIREMENTS);
  }
  provide('schemathesis', program);
}

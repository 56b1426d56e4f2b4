// Builds the webhook of controller-runtime once, from the Go module proxy, and keeps it in the user's cache.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULE = fileURLToPath(new URL('controller-runtime/', import.meta.url));

/** @returns {string | undefined} the path of the program; undefined, with a message, if it cannot be built */
export function controllerRuntimeProgram() {
  const sources = ['go.mod', 'go.sum', 'main.go'].map((name) => readFileSync(join(MODULE, name)));
  const fingerprint = createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const directory = join(cache, 'image-config-admission', 'controller-runtime');
  const program = join(directory, fingerprint);
  if (existsSync(program)) return program;
  console.error('Building the webhook of controller-runtime, once: some minutes');
  mkdirSync(directory, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const { status, error } = spawnSync(
    'go',
    ['build', '-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', '-s -w', '-o', unfinished, '.'],
    {
      cwd: MODULE,
      stdio: 'inherit',
      env: { ...process.env, GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' },
    },
  );
  if (status !== 0) {
    const why = error ? 'there is no go in PATH' : 'go could not build it';
    console.log(`Without controller-runtime: ${why}\n`);
    return undefined;
  }
  renameSync(unfinished, program);
  return program;
}

import { existsSync, statSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { createAuthority, issueServing } from '../../certificates/issuer.ts';
import type { KeyPair } from '../../certificates/key-pair.ts';
import { type CommandResult, UsageError } from '../command-result.ts';
import { printableLines } from '../output/terminal-safe.ts';
import { whatHappened } from '../read-input.ts';

export interface CertsOptions {
  readonly dir: string;
  readonly host: readonly string[];
  readonly force?: boolean;
}

/** Long, so that a developer rarely has to renew them. Clusters do not use these certificates. */
const AUTHORITY_DAYS = 3_650;
const SERVING_DAYS = 365;

/** Creates a CA and a serving certificate signed by it, for development. */
export async function certs({ dir, host, force }: CertsOptions): Promise<CommandResult> {
  refuseBadHosts(host);
  if (!force) refuseToOverwrite(dir);
  const now = new Date();
  const authority = await createAuthority({
    commonName: 'image-config-admission development CA',
    now,
    days: AUTHORITY_DAYS,
  });
  const serving = await issueServing(authority, {
    dnsNames: host.filter((name) => isIP(name) === 0),
    ipAddresses: host.filter((name) => isIP(name) !== 0),
    now,
    days: SERVING_DAYS,
  });
  await write(dir, authority, serving);
  return { exitCode: 0, stdout: printableLines(written(dir, host)) };
}

const FILES = ['ca.crt', 'ca.key', 'tls.crt', 'tls.key'] as const;

function refuseBadHosts(hosts: readonly string[]): void {
  const wrong = hosts.find((host) => isIP(host) === 0 && !isHostName(host));
  if (wrong !== undefined)
    throw new UsageError(`${JSON.stringify(wrong)} is neither a host name nor an IP address`);
}

function isHostName(host: string): boolean {
  const labels = host.replace(/^\*\./, '').split('.');
  return (
    host.length <= 253 && labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))
  );
}

function refuseToOverwrite(dir: string): void {
  const there = FILES.map((file) => join(dir, file)).find((path) => existsSync(path));
  if (there) throw new UsageError(`${there} exists; --force replaces the CA and the serving certificate`);
}

async function write(dir: string, authority: KeyPair, serving: KeyPair): Promise<void> {
  try {
    await makeDirectory(dir);
    await replace(join(dir, 'ca.key'), authority.key, 0o600);
    await replace(join(dir, 'ca.crt'), authority.certificate, 0o644);
    await replace(join(dir, 'tls.key'), serving.key, 0o600);
    await replace(join(dir, 'tls.crt'), serving.certificate, 0o644);
  } catch (error) {
    throw new UsageError(`cannot write to ${dir}: ${whatHappened(error)}`, { cause: error });
  }
}

/** Node's own `recursive` retries for ever in a parent that exists but cannot hold directories, such as /proc. */
async function makeDirectory(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if (existsSync(dirname(dir)))
      throw new Error(`the directory ${dir} cannot be created there`, { cause: error });
    await makeDirectory(dirname(dir));
    await mkdir(dir);
  }
}

/** Renames the file into place: a server that watches the directory reads no partial file, and a key is never readable by others. */
async function replace(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, text, { mode });
  await rename(`${path}.new`, path);
}

const written = (dir: string, hosts: readonly string[]): string =>
  [
    `Wrote ${FILES.map((file) => join(dir, file)).join(', ')} for ${hosts.join(', ')}.`,
    `Serve with --cert-dir ${dir}; a client trusts it with curl --cacert ${join(dir, 'ca.crt')}.`,
    '',
  ].join('\n');

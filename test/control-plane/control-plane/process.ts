import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ServerName, serverFlags } from './servers.ts';
import type { Site } from './site.ts';

export interface StopOptions {
  /** SIGKILL is a crash. Default: SIGTERM, as at an upgrade. */
  readonly signal?: NodeJS.Signals;
  /**
   * How long before SIGKILL follows. After a SIGTERM the API server answers the requests in flight and takes no new connection, but
   * open watches keep it running. A kubelet kills it after 30 s: a test of what a watch sees by then should set 30. etcd waits for its
   * clients likewise. Default: 2.
   */
  readonly graceSeconds?: number;
}

/**
 * Starts a server. It ends with the control plane or the test process at the latest: its pid is in a file before it runs, and the
 * watchdog kills by those files. It belongs to no terminal, so that Ctrl-C reaches only the tests, and inherits no environment: a proxy
 * setting would divert the calls to webhooks.
 */
export async function startServer(site: Site, name: ServerName): Promise<{ hasExited: () => boolean }> {
  const log = openSync(logPath(site, name), 'a');
  const writePidThenRun = ['-c', 'echo "$$" >"$0" && exec "$@"', pidPath(site, name)];
  const child = spawn('sh', [...writePidThenRun, site.programs[name], ...serverFlags[name](site)], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH ?? '', HOME: site.directory },
  });
  closeSync(log);
  await once(child, 'spawn');
  child.unref();
  return { hasExited: () => child.exitCode !== null || child.signalCode !== null };
}

/** Sends the signal, then SIGKILL after the grace period; resolves when the server is gone, or at once when it was not running. */
export async function stopServer(site: Site, name: ServerName, options: StopOptions = {}): Promise<void> {
  const { signal = 'SIGTERM', graceSeconds = 2 } = options;
  const pid = runningPid(site, name);
  if (pid === undefined) return;
  send(pid, signal);
  const killAt = Date.now() + graceSeconds * 1000;
  while (!hasGone(pid)) {
    if (Date.now() > killAt) send(pid, 'SIGKILL');
    await pause(20);
  }
  rmSync(pidPath(site, name), { force: true });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has exited since the check.
  }
}

/**
 * Whether the process is gone, sockets included. A dying process loses its command line first. It loses its sockets last, when it is a
 * zombie without threads; it may stay a zombie for a while when its parent is another process.
 */
function hasGone(pid: number): boolean {
  try {
    const isZombie = /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return isZombie && readdirSync(`/proc/${pid}/task`).length === 1;
  } catch {
    return true;
  }
}

/** The pid while it is that of this control plane's server: the number in the file may meanwhile belong to another program. */
export function runningPid(site: Site, name: ServerName): number | undefined {
  try {
    const pid = Number(readFileSync(pidPath(site, name), 'utf8'));
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(site.directory) ? pid : undefined;
  } catch {
    return undefined;
  }
}

const logPath = (site: Site, name: ServerName) => join(site.logDirectory, `${name}.log`);

const pidPath = (site: Site, name: ServerName) => join(site.directory, `${name}.pid`);

export const readLog = (site: Site, name: ServerName) => readFileSync(logPath(site, name), 'utf8');

/** The end of a server's log, for the message of a failing test. */
export const tailOfLog = (site: Site, name: ServerName, lines = 30) =>
  readLog(site, name).trimEnd().split('\n').slice(-lines).join('\n');

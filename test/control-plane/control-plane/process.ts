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
   * How long before SIGKILL follows. After a SIGTERM the API server answers what is in flight and takes no new connection, but
   * watches keep it until somebody insists: a kubelet does after 30 s, and whoever tests what a watcher sees by then should ask for
   * that. etcd waits for its clients likewise. Default: 2.
   */
  readonly graceSeconds?: number;
}

/**
 * Starts a server and tells how to ask whether it has exited. The server outlives neither the control plane nor the test process:
 * its pid stands in a file before it runs, and the watchdog kills by those files. It belongs to no terminal, so that Ctrl-C reaches
 * the tests alone, and inherits no environment: a proxy setting would divert the calls to webhooks.
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

/** Asks the server to stop, insists after a while, and returns when it is gone. A server that is not there is fine. */
export async function stopServer(site: Site, name: ServerName, options: StopOptions = {}): Promise<void> {
  const { signal = 'SIGTERM', graceSeconds = 2 } = options;
  const pid = runningPid(site, name);
  if (pid === undefined) return;
  send(pid, signal);
  const insistAt = Date.now() + graceSeconds * 1000;
  while (!hasGone(pid)) {
    if (Date.now() > insistAt) send(pid, 'SIGKILL');
    await pause(20);
  }
  rmSync(pidPath(site, name), { force: true });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It went by itself since we looked.
  }
}

/**
 * Whether all of it is gone, sockets included. A dying process loses its command line first and its sockets last, when it is a
 * zombie without threads; whose parent is another process may stay that for a while.
 */
function hasGone(pid: number): boolean {
  try {
    const isZombie = /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return isZombie && readdirSync(`/proc/${pid}/task`).length === 1;
  } catch {
    return true;
  }
}

/** The pid, only while it is this control plane's server: a number in a file may meanwhile belong to a stranger. */
export function runningPid(site: Site, name: ServerName): number | undefined {
  try {
    const pid = Number(readFileSync(pidPath(site, name), 'utf8'));
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(site.directory) ? pid : undefined;
  } catch {
    return undefined;
  }
}

export const logPath = (site: Site, name: ServerName) => join(site.logDirectory, `${name}.log`);

const pidPath = (site: Site, name: ServerName) => join(site.directory, `${name}.pid`);

export const readLog = (site: Site, name: ServerName) => readFileSync(logPath(site, name), 'utf8');

/** The end of a server's log, for the message of a test that fails. */
export const tailOfLog = (site: Site, name: ServerName, lines = 30) =>
  readLog(site, name).trimEnd().split('\n').slice(-lines).join('\n');

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { findPrograms } from '../control-plane/programs.ts';
import { podAddresses } from './kubelet.ts';

/*
 * Endpoints cannot have loopback addresses, and the API server proxies to none. So Pods need other ones, and these exist only in a
 * network namespace of the test. Nothing in it reaches the outside, and nothing in it outlives the test.
 */

const INSIDE = `
  ip link set lo up
  file="$1"; shift
  for address in "$@"; do ip address add "$address/32" dev lo; done
  exec "$0" node_modules/vitest/vitest.mjs run --project network "$file"`;

/** Runs the tests of `network/NAME.inside.ts` in a namespace with the addresses of Pods. Its processes end after `milliseconds` at most. */
export async function passesInNamespace(name: string, milliseconds: number): Promise<void> {
  // A build needs the network outside.
  await findPrograms();
  const namespace = ['--user', '--map-root-user', '--net', '--pid', '--mount-proc', '--kill-child', '--fork'];
  const file = `test/control-plane/network/${name}.inside.ts`;
  const command = ['sh', '-e', '-c', INSIDE, process.execPath, file, ...podAddresses];
  const child = spawn('unshare', [...namespace, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: milliseconds,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  console.log(stdout);
  const hint = stderr.startsWith('unshare: ')
    ? 'no network namespace can be made: run as root, or allow user namespaces\n'
    : '';
  expect(code, `${hint}${stdout}\n${stderr}`).toBe(0);
}

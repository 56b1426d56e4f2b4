import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { findPrograms } from '../control-plane/programs.ts';
import { podAddresses } from './kubelet.ts';

/*
 * Endpoints may not carry loopback addresses, so Pods need others, and those exist only in a network namespace that is made for
 * this. Nothing in it reaches anything outside, and nothing in it outlives the test.
 */

const INSIDE = `
  ip link set lo up
  for address in "$@"; do ip address add "$address/32" dev lo; done
  exec "$0" node_modules/vitest/vitest.mjs run --project network`;

it('the manifests exactly as they are shipped, with the Service, in a network of their own', async () => {
  // Building them needs the network outside.
  await findPrograms();
  const namespace = ['--user', '--map-root-user', '--net', '--pid', '--mount-proc', '--kill-child', '--fork'];
  const command = ['sh', '-e', '-c', INSIDE, process.execPath, ...podAddresses];
  const child = spawn('unshare', [...namespace, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 400_000,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  console.log(stdout);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
}, 420_000);

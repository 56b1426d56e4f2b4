import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { findPrograms } from '../control-plane/programs.ts';
import { podAddresses } from './kubelet.ts';

/*
 * Endpoints cannot have loopback addresses, so Pods need other ones, and these exist only in a network namespace of this test. Nothing
 * in it reaches the outside, and nothing in it outlives the test.
 */

const INSIDE = `
  ip link set lo up
  for address in "$@"; do ip address add "$address/32" dev lo; done
  exec "$0" node_modules/vitest/vitest.mjs run --project network`;

it('the manifests work exactly as they are shipped, Service included, in a network namespace of their own', async () => {
  // A build needs the network outside.
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

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Programs } from './control-plane/programs.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { patch, startPatchingWebhook } from './self-test/patching-webhook.ts';

// Another build of the API server corrupted its memory, and panicked, within some hundred creates that a webhook had patched.
const creates = 500;
// As many as a busy namespace's controllers; enough that both cores always have several in hand.
const atOnce = 8;

/** Proves once per build that the programs do what every test relies on; success is recorded in the user's cache directory. */
export async function proveBuild(programs: Programs): Promise<void> {
  const record = recordPath(programs);
  if (existsSync(record)) return;

  const controlPlane = await startControlPlane({ programs });
  try {
    const started = Date.now();
    await createPatchedPods(controlPlane);
    const log = controlPlane.log('kube-apiserver');
    assert.doesNotMatch(
      log,
      /panic|fatal error|SIGSEGV/i,
      'the log of this build of kube-apiserver tells of a crash',
    );
    mkdirSync(dirname(record), { recursive: true });
    writeFileSync(record, `${creates} patched creates in ${Date.now() - started} ms\n`);
  } catch (error) {
    throw new Error(`This build of the control plane is not sound:\n${controlPlane.logTails()}`, {
      cause: error,
    });
  } finally {
    await controlPlane.stop();
  }
}

async function createPatchedPods(controlPlane: ControlPlane): Promise<void> {
  const webhook = await startPatchingWebhook(controlPlane.site.directory);
  try {
    const registered = await controlPlane.request(
      '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
      {
        method: 'POST',
        body: webhook.configuration,
      },
    );
    assert.equal(registered.status, 201, registered.body);
    await untilPatched(controlPlane);

    const names = Array.from({ length: creates }, (_, index) => `self-test-${index}`);
    const worker = async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop())
        expectPatched(name, await createPod(controlPlane, name));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    await webhook.stop();
  }
}

/** The API server learns of a new webhook by its own watch, a moment after it has answered. */
async function untilPatched(controlPlane: ControlPlane): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  for (let attempt = 0; Date.now() < giveUpAt; attempt += 1) {
    const { body } = await createPod(controlPlane, `probe-${attempt}`);
    if (body.includes(patch.image)) return;
    await pause(50);
  }
  assert.fail('the API server did not call a webhook that was registered 30 s before');
}

const createPod = (controlPlane: ControlPlane, name: string) =>
  controlPlane.request('/api/v1/namespaces/default/pods', { method: 'POST', body: pod(name) });

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { 'self-test': name } },
  spec: { containers: [{ name: 'job', image: 'python3.11', command: ['./run', name] }] },
});

function expectPatched(name: string, answer: { status: number; body: string }): void {
  assert.equal(answer.status, 201, answer.body);
  const { metadata, spec } = JSON.parse(answer.body);
  const [{ image, command }] = spec.containers;
  assert.deepEqual(
    { labels: metadata.labels, annotations: metadata.annotations, image, command },
    {
      labels: { 'self-test': name },
      annotations: patch.annotations(name),
      image: patch.image,
      command: ['./run', name],
    },
  );
}

/** A file for exactly these programs: a new build has another time, and a given one another path. */
function recordPath(programs: Programs): string {
  const identity = [programs.etcd, programs['kube-apiserver'], programs['kube-controller-manager']].map(
    (path) => {
      const { size, mtimeMs } = statSync(path);
      return `${path} ${size} ${mtimeMs}`;
    },
  );
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const name = createHash('sha256').update(identity.join('\n')).digest('hex').slice(0, 12);
  return join(cache, 'image-config-admission', 'control-plane', 'self-tests', name);
}

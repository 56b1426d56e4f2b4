import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { patched } from '../../src/admission/verdict.ts';
import type { Json } from '../support/reviews.ts';
import type { Programs } from './control-plane/programs.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { configureWebhook } from './support/recording-webhook.ts';

// Another build of the API server corrupted its memory and panicked within some hundred creates that a webhook patched.
const creates = 500;
// As many as a busy namespace has controllers. Both cores always have several in hand.
const atOnce = 8;

/** Checks once per build that the API server survives patching webhooks, and records success in the user's cache directory. */
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
      'the log of this build of kube-apiserver has a crash',
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

/** What the webhook of this test sets in every Pod. */
const patch = {
  image: 'registry.example/toolforge-python311-sssd-base:latest',
  annotations: (name: string) => ({ 'self-test/of': name, 'self-test/padding': 'x'.repeat(1000) }),
};

async function createPatchedPods(controlPlane: ControlPlane): Promise<void> {
  await using _ = await configureWebhook(controlPlane, {
    path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    name: 'self-test',
    webhook: {
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
    handler: ({ object }) => {
      const { name } = (object as Json).metadata;
      return patched([
        { op: 'add', path: '/metadata/annotations', value: patch.annotations(name) },
        { op: 'add', path: '/spec/containers/0/image', value: patch.image },
      ]);
    },
    probe: () => createPod(controlPlane, `probe-${randomUUID()}`),
  });
  const names = Array.from({ length: creates }, (_, index) => `self-test-${index}`);
  const worker = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop())
      expectPatched(name, await createPod(controlPlane, name));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
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

/** One file per build: a new build has another modification time, and programs in `KUBEBUILDER_ASSETS` have another path. */
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

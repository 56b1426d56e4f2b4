import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { createAuthority, issueCertificate } from '../control-plane/certificates.ts';

/** What the webhook makes of every Pod. */
export const patch = {
  image: 'registry.example/toolforge-python311-sssd-base:latest',
  annotations: (name: string) => ({ 'self-test/of': name, 'self-test/padding': 'x'.repeat(1000) }),
};

/** A mutating webhook as small as they get, and the configuration that registers it. */
export async function startPatchingWebhook(directory: string) {
  const authority = await createAuthority(mkdtempSync(join(directory, 'webhook-')));
  const own = await issueCertificate(directory, 'self-test-webhook', authority, ['IP:127.0.0.1']);
  const server = createServer(
    { cert: readFileSync(own.certificate), key: readFileSync(own.key) },
    (call, answer) => {
      const answered = json(call).then((review) => {
        const body = JSON.stringify(answerReview(review as Review));
        answer.setHeader('content-type', 'application/json').end(body);
      });
      answered.catch((error: Error) => answer.destroy(error));
    },
  );
  // Longer than the 90 s for which the API server keeps an idle connection: else some calls meet a closed one.
  server.keepAliveTimeout = 120_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    configuration: configuration(
      `https://127.0.0.1:${port}/`,
      readFileSync(authority.certificate).toString('base64'),
    ),
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

interface Review {
  readonly request: {
    readonly uid: string;
    readonly object: { readonly metadata: { readonly name: string } };
  };
}

function answerReview(review: Review) {
  const { uid, object } = review.request;
  const operations = [
    { op: 'add', path: '/metadata/annotations', value: patch.annotations(object.metadata.name) },
    { op: 'add', path: '/spec/containers/0/image', value: patch.image },
  ];
  const response = {
    uid,
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
  };
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

const configuration = (url: string, caBundle: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'self-test' },
  webhooks: [
    {
      name: 'self-test.image-config-admission.test',
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      clientConfig: { url, caBundle },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    },
  ],
});

import { once } from 'node:events';
import { connect, type PeerCertificate } from 'node:tls';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';

type Handshake =
  | { readonly fault: undefined; readonly certificate: PeerCertificate }
  | { readonly fault: string };

/** Opens one new connection, and verifies the server by the bundle as the API server would; without a bundle it verifies nothing. */
export async function shakeHands(tlsPort: number, bundle?: string): Promise<Handshake> {
  const verify = bundle === undefined ? { rejectUnauthorized: false } : { ca: bundle };
  const socket = connect({ host: '127.0.0.1', port: tlsPort, ...verify });
  try {
    await once(socket, 'secureConnect');
    return { fault: undefined, certificate: socket.getPeerCertificate() };
  } catch (error) {
    return { fault: (error as Error).message };
  } finally {
    socket.destroy();
  }
}

/** A webhook that the API server calls for new ConfigMaps in the namespaces with the label `called`. */
export const configMapWebhook = (name: string, called: string, clientConfig: Json): Json => ({
  name: `${name}.image-config.toolforge.org`,
  clientConfig,
  namespaceSelector: { matchLabels: { called } },
  rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['CREATE'] }],
  failurePolicy: 'Fail',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  timeoutSeconds: 5,
});

/** Creates a ConfigMap as a dry run; resolves to the API server's error, or to nothing when all webhooks allowed it. */
export async function dryRunConfigMap(
  controlPlane: AttachedControlPlane,
  namespace: string,
): Promise<string | undefined> {
  const answer = await controlPlane.request(`/api/v1/namespaces/${namespace}/configmaps?dryRun=All`, {
    method: 'POST',
    body: { metadata: { name: 'any' } },
  });
  return answer.status === 201 ? undefined : answer.body;
}

import { allowed, denied } from '../../../src/admission/verdict.ts';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { apiOf } from '../manifests/api.ts';
import { startRecordingWebhook } from '../manifests/recording-webhook.ts';

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

/**
 * Refuses as Toolforge's registry-admission does: Pods and Deployments of tools, by the hosts of the images in `containers`.
 * The API server hears of it a moment later.
 */
export async function standInForRegistryAdmission(
  controlPlane: AttachedControlPlane,
  host: string,
): Promise<AsyncDisposable> {
  const api = apiOf(controlPlane);
  const server = await startRecordingWebhook({
    'registry-admission': ({ object }) => {
      const { spec } = object as Json;
      const { containers } = spec.template?.spec ?? spec;
      const foreign = containers.find(({ image }: Json) => !image.startsWith(`${host}/`));
      return foreign
        ? denied([{ field: 'spec', text: `${foreign.image} is not of an allowed registry` }])
        : allowed();
    },
  });
  const rule = { apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'] };
  const webhook = {
    name: 'registry-admission.tools.wmcloud.org',
    namespaceSelector: { matchLabels: { tenancy: 'tool' } },
    rules: [
      { ...rule, apiGroups: [''], resources: ['pods'] },
      { ...rule, apiGroups: ['apps'], resources: ['deployments'] },
    ],
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
  };
  const metadata = { name: 'registry-admission' };
  await api.create(CONFIGURATIONS, server.redirect({ metadata, webhooks: [webhook] }));
  return {
    [Symbol.asyncDispose]: async () => {
      await api.remove(`${CONFIGURATIONS}/${metadata.name}`);
      await server.close();
    },
  };
}

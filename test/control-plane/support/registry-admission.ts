import { allowed, denied } from '../../../src/admission/verdict.ts';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { configureWebhook, type OtherWebhook } from './recording-webhook.ts';

/**
 * A stand-in for Toolforge's registry-admission: it refuses Pods and Deployments of tools by the hosts of the images in `containers`.
 * `probe` is a call that it should get.
 */
export function standInForRegistryAdmission(
  controlPlane: AttachedControlPlane,
  host: string,
  probe: () => Promise<unknown>,
): Promise<OtherWebhook> {
  const rule = { apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'] };
  const webhook = {
    name: 'registry-admission.tools.wmcloud.org',
    namespaceSelector: { matchLabels: { tenancy: 'tool' } },
    rules: [
      { ...rule, apiGroups: [''], resources: ['pods'] },
      { ...rule, apiGroups: ['apps'], resources: ['deployments'] },
    ],
  };
  return configureWebhook(controlPlane, {
    path: '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    name: 'registry-admission',
    webhook,
    handler: ({ object }) => {
      const { spec } = object as Json;
      const { containers } = spec.template?.spec ?? spec;
      const foreign = containers.find(({ image }: Json) => !image.startsWith(`${host}/`));
      return foreign
        ? denied([{ field: 'spec', text: `${foreign.image} is not of an allowed registry` }])
        : allowed();
    },
    probe,
  });
}

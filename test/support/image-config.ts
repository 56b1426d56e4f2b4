import { type AdmissionRequest, decodeReview } from '../../src/admission/review.ts';
import { type ValidationContext, validateImageConfig } from '../../src/admission/validate.ts';
import type { Verdict } from '../../src/admission/verdict.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { unknownUsage } from '../../src/catalog/usage.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { TODAY } from './problems.ts';
import { type Json, reviewOf } from './reviews.ts';

const DOMAIN = 'image-config.toolforge.org';

/** The ConfigMap with this catalog. Annotation keys are given without our domain. */
export const configMap = (text: string | undefined, annotations: Record<string, string> = {}): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'image-config',
    namespace: 'tf-public',
    labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`${DOMAIN}/${key}`, value]),
    ),
  },
  ...(text !== undefined && { data: { 'images-v1.yaml': text } }),
});

export const configMapRequest = (request: Record<string, unknown>): AdmissionRequest =>
  decodeReview(
    reviewOf('ConfigMap', 'configmaps', {
      name: 'image-config',
      namespace: 'tf-public',
      userInfo: { username: 'deploy', groups: ['k8s-admin'] },
      ...request,
    }),
  );

export const createOf = (object: Json) => configMapRequest({ operation: 'CREATE', object });
export const updateOf = (oldObject: Json, object: Json) =>
  configMapRequest({ operation: 'UPDATE', object, oldObject });
export const deleteOf = (oldObject: Json, request: Record<string, unknown> = {}) =>
  configMapRequest({ operation: 'DELETE', oldObject, ...request });

export const validate = (request: AdmissionRequest, context: Partial<ValidationContext> = {}): Verdict =>
  validateImageConfig(request, {
    policy: defaultPolicy,
    precedence: defaultPrecedence,
    today: TODAY,
    usage: unknownUsage,
    ...context,
  });

/** The message of a denial. Throws for another verdict. */
export function messageOf(verdict: Verdict): string {
  if (verdict.kind !== 'denied')
    throw new Error(`the verdict is ${verdict.kind}: ${verdict.warnings.join('; ')}`);
  return verdict.message;
}

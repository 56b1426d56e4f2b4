import { test } from 'vitest';
import { answerReview } from '../../../src/admission/answer.ts';
import type { AdmissionRequest } from '../../../src/admission/review.ts';
import { type ValidationContext, validateImageConfig } from '../../../src/admission/validate.ts';
import { unknownUsage } from '../../../src/catalog/changes.ts';
import type { Webhook } from '../answers.ts';
import { configMapFuzz, validateImageConfigs } from '../config-maps.ts';
import type { Json } from '../oracle/json.ts';
import { expectNoticed, tampered } from './planting.ts';

type Faulty = (context: ValidationContext) => Webhook;

/** The request is taken for another one. */
const asked =
  (change: (request: Json) => Partial<AdmissionRequest>): Faulty =>
  (context) =>
  (body) =>
    answerReview(body, (request) => validateImageConfig({ ...request, ...change(request) }, context));

const saying =
  (change: (message: string) => string): Faulty =>
  (context) =>
    tampered(validateImageConfigs(context), ({ status }) => {
      if (status) status.message = change(status.message);
    });

const withoutAnnotation = (configMap: Json, name: string): Json =>
  configMap && {
    ...configMap,
    metadata: {
      ...configMap.metadata,
      annotations: { ...configMap.metadata.annotations, [`image-config.toolforge.org/${name}`]: '' },
    },
  };

const without = (name: string): Faulty =>
  asked(({ object, oldObject }) => ({
    object: withoutAnnotation(object, name),
    oldObject: withoutAnnotation(oldObject, name),
  }));

const faults: Readonly<Record<string, Faulty>> = {
  'an edit is judged as if it were new': asked(({ operation }) =>
    operation === 'UPDATE' ? { oldObject: undefined } : {},
  ),
  'any ConfigMap is judged': asked(({ object, oldObject }) =>
    Object.fromEntries(
      Object.entries({ object, oldObject }).map(([key, value]) => [
        key,
        value && { ...value, metadata: { ...value.metadata, name: 'image-config', namespace: 'tf-public' } },
      ]),
    ),
  ),
  'any subresource is judged': asked(() => ({ subResource: undefined })),
  'nobody may delete': without('allow-delete'),
  'everybody may delete': asked(({ operation }) =>
    operation === 'DELETE' ? { username: 'system:kube-controller-manager' } : {},
  ),
  'a namespace can never go': asked(() => ({ username: 'deploy' })),
  'there is no break-glass': without('accept'),
  'nothing can be acknowledged': without('acknowledge'),
  'nobody looks at what is in use': (context) => validateImageConfigs({ ...context, usage: unknownUsage }),
  'a state is not known': (context) =>
    validateImageConfigs({ ...context, policy: { ...context.policy, states: ['stable'] } }),
  'nobody says what was not compared': (context) =>
    tampered(validateImageConfigs(context), (response) => {
      response.warnings = response.warnings?.filter((each: string) => !each.includes('was not compared'));
    }),
  'nobody says what is wrong with a good edit': (context) =>
    tampered(validateImageConfigs(context), (response) => {
      if (!response.warnings?.[0]?.startsWith('accepted by ')) delete response.warnings;
    }),
  'a refusal names no code': saying((message) => message.replaceAll(/: error \S+/g, ': error')),
  'a refusal tells no way out': saying((message) => message.replaceAll(/sha256:\w+/g, '')),
  'a refusal has control characters': saying((message) => `${message}\u0007`),
};

test.each(Object.entries(faults))('it is noticed of the ConfigMap: %s', (_, faulty) =>
  expectNoticed(configMapFuzz(faulty)),
);

import { test } from 'vitest';
import { answerReview } from '../../../src/admission/answer.ts';
import type { AdmissionRequest } from '../../../src/admission/review.ts';
import { type ValidationContext, validateImageConfig } from '../../../src/admission/validate.ts';
import { unknownUsage } from '../../../src/catalog/usage.ts';
import type { Webhook } from '../answers.ts';
import { configMapFuzz, validateImageConfigs } from '../config-maps.ts';
import type { Json } from '../oracle/json.ts';
import { expectNoticed, tampered } from './planting.ts';

type Faulty = (context: ValidationContext) => Webhook;

/** The webhook reads another request. */
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

const withAcknowledgement = (configMap: Json, change: (value: string) => string): Json => {
  const name = 'image-config.toolforge.org/acknowledge';
  const value = configMap?.metadata?.annotations?.[name];
  if (value === undefined) return configMap;
  const annotations = { ...configMap.metadata.annotations, [name]: change(value) };
  return { ...configMap, metadata: { ...configMap.metadata, annotations } };
};

const without = (name: string): Faulty =>
  asked(({ object, oldObject }) => ({
    object: withoutAnnotation(object, name),
    oldObject: withoutAnnotation(oldObject, name),
  }));

const faults: Readonly<Record<string, Faulty>> = {
  'an edit is checked as if it were new': asked(({ operation }) =>
    operation === 'UPDATE' ? { oldObject: undefined } : {},
  ),
  'any ConfigMap is checked': asked(({ object, oldObject }) =>
    Object.fromEntries(
      Object.entries({ object, oldObject }).map(([key, value]) => [
        key,
        value && { ...value, metadata: { ...value.metadata, name: 'image-config', namespace: 'tf-public' } },
      ]),
    ),
  ),
  'any subresource is checked': asked(() => ({ subResource: undefined })),
  'nobody may delete': without('allow-delete'),
  'everybody may delete': asked(({ operation }) =>
    operation === 'DELETE' ? { username: 'system:kube-controller-manager' } : {},
  ),
  'a namespace can never go': asked(() => ({ username: 'deploy' })),
  'there is no break-glass': without('accept'),
  'nothing can be acknowledged': without('acknowledge'),
  'an acknowledgement of an edit before counts': asked(({ oldObject }) => ({
    oldObject: withoutAnnotation(oldObject, 'acknowledge'),
  })),
  'an acknowledgement of another text counts': asked(({ object, oldObject }) => ({
    object: withAcknowledgement(object, (value) => value.split('@')[0] as string),
    oldObject: withAcknowledgement(oldObject, (value) => `${value},again`),
  })),
  'a ConfigMap that is created is compared with nothing': (context) =>
    validateImageConfigs({ ...context, served: undefined }),
  'a ConfigMap may become immutable': asked(({ object }) => ({
    object: object && { ...(object as Json), immutable: false },
  })),
  'clients are not asked': (context) => validateImageConfigs({ ...context, precedence: {} }),
  'nobody looks at what is in use': (context) => validateImageConfigs({ ...context, usage: unknownUsage }),
  'a state is not known': (context) =>
    validateImageConfigs({ ...context, policy: { ...context.policy, states: ['stable'] } }),
  'nobody says what was not compared': (context) =>
    tampered(validateImageConfigs(context), (response) => {
      response.warnings = response.warnings?.filter((each: string) => !each.includes('not compared'));
    }),
  'nobody says what is wrong with a good edit': (context) =>
    tampered(validateImageConfigs(context), (response) => {
      if (!response.warnings?.[0]?.startsWith('accepted by ')) delete response.warnings;
    }),
  'a refusal names no code': saying((message) => message.replaceAll(/: error \S+/g, ': error')),
  'nothing is left for jobs-api': saying((message) => message.replaceAll('nothing-for-jobs', 'x')),
  'a refusal names no way to accept it': saying((message) => message.replaceAll(/accept=sha256:\w+/g, '')),
  'a refusal names no way to acknowledge it': saying((message) => message.replaceAll(/acknowledge=\S+/g, '')),
  'a refusal names an acknowledgement of another text': saying((message) =>
    message.replaceAll(/@\w{12}/g, '@0123456789ab'),
  ),
  'a refusal has control characters': saying((message) => `${message}\u0007`),
};

test.each(Object.entries(faults))('fuzzing of the ConfigMap notices a planted fault: %s', (_, faulty) =>
  expectNoticed(configMapFuzz(faulty)),
);

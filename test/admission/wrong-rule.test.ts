import { expect, test } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import { wrongRule } from '../../src/admission/wrong-rule.ts';
import { podOf, podRequest } from '../support/reviews.ts';

const WEBHOOK = {
  path: '/a',
  takes: 'this and that',
  configuration: 'ValidatingWebhookConfiguration',
} as const;

test('names what came, and the configuration to correct', () => {
  expect(wrongRule(WEBHOOK, podRequest(podOf({})))).toEqual(
    new BadReview(
      '/a is for this and that, and got CREATE of "pods" in the core API group, kind "Pod": ' +
        'correct the rules of the ValidatingWebhookConfiguration that sent it',
    ),
  );
});

test('names a subresource, and quotes what is outside text', () => {
  const scale = { kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, subResource: 'scale' };
  const deployments = { group: 'apps\n', version: 'v1', resource: 'deployments' };
  expect(
    wrongRule(WEBHOOK, podRequest({}, { ...scale, resource: deployments, operation: 'UPDATE' })).message,
  ).toContain('got UPDATE of "deployments/scale" in API group "apps\uFFFD", kind "Scale"');
});

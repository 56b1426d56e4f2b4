import { expect, test } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import { wrongRule } from '../../src/admission/webhook-rules.ts';
import { podOf, podRequest } from '../support/reviews.ts';

const WEBHOOK = {
  path: '/a',
  configuration: 'ValidatingWebhookConfiguration',
  rules: [
    { apiGroup: 'apps', resources: ['deployments', 'daemonsets'], operations: ['CREATE', 'UPDATE'] },
    { apiGroup: '', resources: ['services'], operations: ['DELETE'] },
  ],
  onlyWarns: true,
} as const;

test('a review that no rule should send is answered with the rules, the request and the configuration to correct', () => {
  expect(wrongRule(WEBHOOK, podRequest(podOf({})))).toEqual(
    new BadReview(
      '/a is for deployments, daemonsets (CREATE, UPDATE) and services (DELETE), and got CREATE of "pods" in the core API group, kind "Pod": ' +
        'correct the rules of the ValidatingWebhookConfiguration that sent it',
    ),
  );
});

test('the message names a subresource and quotes text from the request', () => {
  const scale = { kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, subResource: 'scale' };
  const deployments = { group: 'apps\n', version: 'v1', resource: 'deployments' };
  expect(
    wrongRule(WEBHOOK, podRequest({}, { ...scale, resource: deployments, operation: 'UPDATE' })).message,
  ).toContain('got UPDATE of "deployments/scale" in API group "apps\uFFFD", kind "Scale"');
});

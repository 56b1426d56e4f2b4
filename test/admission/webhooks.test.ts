import { describe, expect, it } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import { type Webhook, webhookFor, webhooks } from '../../src/admission/webhooks.ts';
import { reviewedWorkloadKinds } from '../../src/admission/workload.ts';
import { podOf, podRequest, workloadRequest } from '../support/reviews.ts';

const all: readonly Webhook[] = webhooks;

const resourcesOf = ({ rules }: Webhook): string[] =>
  rules.flatMap(({ apiGroup, resources }) => resources.map((resource) => `${apiGroup}/${resource}`));

const handlersOf = (webhook: Webhook): unknown[] =>
  webhook.about === 'catalog' ? [webhook.handler] : [webhook.handle, webhook.explain];

it('the webhooks have these paths, rules and consequences', () => {
  const words = all.map(({ path, configuration, rules, onlyWarns }) => [
    `${path} (${configuration}${onlyWarns ? ', only warns' : ''})`,
    ...rules.map((rule) => `${rule.apiGroup}/${rule.resources.join(' ')} ${rule.operations.join(' ')}`),
  ]);
  const pods = ['/pods CREATE UPDATE', '/pods/ephemeralcontainers UPDATE'];
  expect(words).toEqual([
    ['/validate-image-config (ValidatingWebhookConfiguration)', '/configmaps CREATE UPDATE DELETE'],
    ['/mutate-pods (MutatingWebhookConfiguration)', ...pods],
    ['/mutate-pods/short-names (MutatingWebhookConfiguration)', ...pods],
    [
      '/warn-workloads (ValidatingWebhookConfiguration, only warns)',
      'apps/deployments statefulsets daemonsets replicasets CREATE UPDATE',
      'batch/jobs cronjobs CREATE UPDATE',
    ],
  ]);
});

describe('webhookFor', () => {
  it.each([...new Set(all.flatMap(resourcesOf))])(
    'cannot choose a wrong one of the webhooks for %s, since all have the same handlers and configuration',
    (resource) => {
      const [first, ...others] = all.filter((webhook) => resourcesOf(webhook).includes(resource));
      for (const other of others) {
        expect(handlersOf(other)).toEqual(first && handlersOf(first));
        expect({ ...other, path: '' }).toEqual({ ...first, path: '' });
      }
    },
  );

  it('returns the webhook for the resource of a review', () => {
    const request = podRequest(podOf({}));
    expect(webhookFor(request).path).toBe('/mutate-pods');
    expect(webhookFor({ ...request, operation: 'UPDATE', subResource: 'ephemeralcontainers' }).path).toBe(
      '/mutate-pods',
    );
    for (const kind of reviewedWorkloadKinds)
      expect(webhookFor(workloadRequest(kind, null)).path).toBe('/warn-workloads');
  });

  it('throws for a subresource without a webhook, and for a resource of another API group', () => {
    const request = podRequest(podOf({}));
    expect(() => webhookFor({ ...request, subResource: 'exec' })).toThrow(
      new BadReview(
        'it is about pods/exec, and only configmaps, pods, pods/ephemeralcontainers, deployments, statefulsets, daemonsets, replicasets, jobs, cronjobs are answered',
      ),
    );
    expect(() => webhookFor({ ...request, resource: { group: 'x', resource: 'pods' } })).toThrow(BadReview);
  });
});

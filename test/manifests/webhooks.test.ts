import { describe, expect, it } from 'vitest';
import type { WebhookRules } from '../../src/admission/webhook-rules.ts';
import { webhooks } from '../../src/admission/webhooks.ts';
import type { Json } from '../support/reviews.ts';
import { manifest, only, rendered } from './manifests.ts';

/** What differs between the table of webhooks and the configurations of the chart, a line each. */
function differences(table: readonly WebhookRules[], objects: readonly Json[]): string[] {
  const configured: Json[] = objects.flatMap(({ kind, webhooks: ofKind = [] }) =>
    ofKind.map((webhook: Json) => ({ ...webhook, kind, path: webhook.clientConfig.service.path })),
  );
  return [
    ...configured
      .filter(({ path }) => !table.some((row) => row.path === path))
      .map(({ name, path }) => `${name}: the table has no row ${path}`),
    ...table.flatMap((row) =>
      differencesOf(
        row,
        configured.filter(({ path }) => path === row.path),
      ),
    ),
  ];
}

function differencesOf(row: WebhookRules, configured: readonly Json[]): string[] {
  if (configured.length === 0) return [`${row.path}: the chart has no webhook with this path`];
  const handled = new Set(row.rules.flatMap(({ apiGroup, ...rule }) => sent({ ...rule, group: apiGroup })));
  const asked = new Set(
    configured.flatMap(({ rules }) =>
      rules.flatMap(({ apiGroups, apiVersions, ...rule }: Json) => {
        expect(apiVersions).toEqual(['v1']);
        return apiGroups.flatMap((group: string) => sent({ ...rule, group }));
      }),
    ),
  );
  return [
    ...configured.flatMap(({ name, kind, failurePolicy }) => [
      ...(kind === row.configuration ? [] : [`${name}: it is in a ${kind}, not a ${row.configuration}`]),
      ...(row.onlyWarns && failurePolicy !== 'Ignore'
        ? [`${name}: it only warns, and its failure policy is ${failurePolicy}`]
        : []),
    ]),
    ...[...asked]
      .filter((what) => !handled.has(what))
      .map((what) => `${row.path}: the table does not list ${what}`),
    ...[...handled]
      .filter((what) => !asked.has(what))
      .map((what) => `${row.path}: the chart does not send ${what}`),
  ];
}

const sent = ({ group, resources, operations }: Json): string[] =>
  operations.flatMap((operation: string) =>
    resources.map((resource: string) => `${operation} ${group === '' ? '' : `${group}/`}${resource}`),
  );

describe.each(rendered)('the webhooks in %s', (file) => {
  it('have the paths, rules and failure policies of the table', () => {
    expect(differences(webhooks, manifest(file))).toEqual([]);
  });
});

describe('the comparison of the table with the chart', () => {
  const objects = manifest('install.yaml');
  const [first, ...others] = webhooks;
  it('names a row without a webhook in the chart', () => {
    expect(differences([...webhooks, { ...first, path: '/planted' }], objects)).toEqual([
      '/planted: the chart has no webhook with this path',
    ]);
  });

  it('names a webhook of the chart without a row', () => {
    expect(differences(others, objects)).toEqual([
      'catalog.image-config.toolforge.org: the table has no row /validate-image-config',
    ]);
  });

  it('names a missing template', () => {
    const without = objects.filter(({ kind }) => kind !== 'MutatingWebhookConfiguration');
    expect(differences(webhooks, without)).toEqual([
      '/mutate-pods: the chart has no webhook with this path',
      '/mutate-pods/short-names: the chart has no webhook with this path',
    ]);
  });

  it('names an operation that only one of them has', () => {
    const rules = [{ apiGroup: '', resources: ['configmaps'], operations: ['CREATE', 'CONNECT'] } as const];
    expect(differences([{ ...first, rules }, ...others], objects)).toEqual([
      '/validate-image-config: the table does not list UPDATE configmaps',
      '/validate-image-config: the table does not list DELETE configmaps',
      '/validate-image-config: the chart does not send CONNECT configmaps',
    ]);
  });

  it('names a webhook of the other kind of configuration', () => {
    const row = { ...first, configuration: 'MutatingWebhookConfiguration' } as const;
    expect(differences([row, ...others], objects)).toEqual([
      'catalog.image-config.toolforge.org: it is in a ValidatingWebhookConfiguration, not a MutatingWebhookConfiguration',
    ]);
  });

  it('names a webhook that only warns and may block', () => {
    const blocking = structuredClone(objects);
    only(blocking, 'ValidatingWebhookConfiguration').webhooks[1].failurePolicy = 'Fail';
    expect(differences(webhooks, blocking)).toEqual([
      'workloads.image-config.toolforge.org: it only warns, and its failure policy is Fail',
    ]);
  });
});

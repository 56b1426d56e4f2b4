import { expect, test } from 'vitest';
import type { AnswerFacts } from '../../../src/admission/answer.ts';
import { webhooks } from '../../../src/admission/webhooks.ts';
import { workloadKinds } from '../../../src/catalog/kubernetes-objects.ts';
import { createMetrics } from '../../../src/server/metrics/metrics.ts';

type ReviewVerdict = AnswerFacts['verdict'];

/** Prometheus keeps a series for each set of labels that a replica ever exports, and Toolforge's scrapes two replicas. */
const MOST = 1_500;

test('a catalog of 100 entries, with all that can happen to a review, has at most 1,500 series', async () => {
  const metrics = createMetrics();
  const entries = Array.from({ length: 100 }, (_, number) => ({
    name: `image${number}`,
    state: 'deprecated',
    aliases: [],
    variants: [],
    deprecation: { replacement: 'image0', removal: '2027-03-01' },
  }));
  metrics.catalogServed({ digest: 'sha256:ab', entries }, new Date());
  metrics.watchUsage(() => ({
    known: true,
    entries: entries.map(({ name }) => ({ name, workloads: 1, tools: 1 })),
    unlisted: new Map(['orphaned', 'removed', 'built', 'unknown', 'foreign'].map((kind) => [kind, 1])),
    objects: new Map(['Namespace', ...Object.keys(workloadKinds)].map((kind) => [kind, 1])),
  }));
  for (const watch of [
    'tf-public/image-config',
    'lease',
    'secrets',
    'namespaces',
    ...Object.keys(workloadKinds),
  ])
    metrics.watchSilence(watch, () => 0);
  for (const reason of ['DeprecatedImage', 'UnknownImage', 'ImageResolved']) metrics.eventWritten(reason, 1);
  for (const { path, about, onlyWarns, rules } of webhooks) {
    const possible: ReviewVerdict[] = [
      'allowed',
      ...(about === 'images' && !onlyWarns ? (['patched'] as const) : []),
      ...(onlyWarns ? [] : (['denied'] as const)),
      'rejected',
      'failed',
    ];
    for (const operation of new Set(rules.flatMap(({ operations }) => operations)))
      for (const verdict of possible) metrics.review(path, { verdict, operation }, 1);
    // Of a review that was not read, the operation is unknown.
    for (const verdict of [onlyWarns ? 'allowed' : 'denied', 'rejected', 'failed'] as const)
      metrics.review(path, { verdict }, 1);
  }
  const series = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(series.length).toBeGreaterThan(1_000);
  expect(series.length).toBeLessThanOrEqual(MOST);
});

import { expect, it } from 'vitest';
import { toolWorkloads } from '../../src/cli/tool-workloads.ts';
import type { ToolWorkload } from '../../src/site/use.ts';
import { imageClassifier } from '../../src/usage/image-classification.ts';
import { usageOf } from '../../src/usage/usage-of.ts';
import { HOST, lookupOf } from '../support/catalog.ts';
import { indexOf, type TestObject } from '../support/workloads.ts';

const PYTHON37 = `${HOST}/toolforge-python37-sssd-web`;
const lookup = lookupOf({
  'python3.7': { image: PYTHON37, aliases: ['tf-python37'], state: 'deprecated' },
  node18: { image: `${HOST}/toolforge-node18-sssd-web` },
});
const tools = ['tool-wikibugs', 'tool-heritage', 'unusual'];

const owned = (name: string, requested?: string): TestObject => ({
  kind: 'Pod',
  name,
  image: `${PYTHON37}:latest`,
  owner: { kind: 'Deployment', name: 'web' },
  ...(requested !== undefined && {
    annotations: { 'requested.image-config.toolforge.org/main': requested },
  }),
});

const index = indexOf(
  [
    { kind: 'Deployment', name: 'web', image: 'tf-python37' },
    owned('web-1', 'tf-python37'),
    owned('web-2'),
    { kind: 'CronJob', name: 'nightly', namespace: 'tool-heritage', image: 'node18' },
    { kind: 'Pod', name: 'shell', namespace: 'unusual', image: 'node18' },
    { kind: 'Pod', name: 'own-build', image: 'harbor.example/tool-wikibugs/web:latest' },
    { kind: 'Pod', name: 'misspelt', image: 'pyhton3.7' },
    { kind: 'Pod', name: 'of-no-tool', namespace: 'kube-system', image: 'node18' },
  ],
  tools,
);
const classify = imageClassifier(lookup);

const byTool = (one: ToolWorkload, other: ToolWorkload): number =>
  JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;

it('the workloads of tools are root owners with each way in which they ask for an image', () => {
  expect(toolWorkloads(index, classify).sort(byTool)).toEqual([
    { tool: 'heritage', workload: 'CronJob/nightly', image: 'node18', asksFor: 'node18' },
    { tool: 'unusual', workload: 'Pod/shell', image: 'node18', asksFor: 'node18' },
    { tool: 'wikibugs', workload: 'Deployment/web', image: 'python3.7', asksFor: PYTHON37 },
    { tool: 'wikibugs', workload: 'Deployment/web', image: 'python3.7', asksFor: 'tf-python37' },
  ]);
});

it('the workloads of tools are those that the removal guard counts', () => {
  const counts = Array.from(usageOf(index, classify, lookup.clientOf).entries, ([image, users]) => [
    image,
    users.workloads,
  ]);
  const ownersOf = (image: unknown) =>
    new Set(
      toolWorkloads(index, classify)
        .filter((use) => use.image === image)
        .map(({ tool, workload }) => `${tool}/${workload}`),
    );
  expect(counts.map(([image]) => [image, ownersOf(image).size])).toEqual(counts);
  expect(counts).toHaveLength(2);
});

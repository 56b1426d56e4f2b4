import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { findHelm, renderChart } from '../../manifests/manifests.ts';
import { HOST } from '../../support/catalog.ts';
import type { Json } from '../../support/reviews.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf } from '../support/api.ts';
import { CONFIG_MAPS, configMap } from '../support/catalog.ts';
import { kubeconfigOf, succeeds } from '../support/commands.ts';
import { cleanUp, type Installed, install, OURS } from '../support/installed.ts';
import { type Service, startService } from '../support/service.ts';
import { type SiteProgram, startSiteProgram } from '../support/site-program.ts';
import { createTool, type Tool } from '../support/workloads.ts';

/*
 * The site with the rights of its chart, and the state of two replicas behind one address.
 */

const SITE = `${OURS}-site`;
const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const python37 = `python3.7:
  aliases: [tf-python37]
  image: ${HOST}/toolforge-python37
  state: deprecated
  variants: {}
`;

const { objects } = renderChart(findHelm() ?? '', { site: { enabled: true } });
const rights = objects.filter(
  ({ kind, metadata }) => metadata.name === SITE && /^(ServiceAccount|Role|RoleBinding)$/.test(kind),
);

let installed: Installed;
let state: Service;
let site: SiteProgram;
let tool: Tool;
let from: number;

beforeAll(async () => {
  from = controlPlane.auditedCalls().length;
  installed = await install(controlPlane, {
    replicas: 2,
    before: () => api.create(CONFIG_MAPS, configMap(python37)),
  });
  const list = { apiVersion: 'v1', kind: 'List', items: rights };
  await succeeds(controlPlane.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(list) }));
  tool = await createTool(api, 'seen');
  state = await startService();
  const kubeconfig = await kubeconfigOf(controlPlane, OURS, SITE);
  const url = `http://127.0.0.1:${state.port}/state.json`;
  site = await startSiteProgram('--state', url, '--kubeconfig', kubeconfig);
}, 120_000);

afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await state?.[Symbol.asyncDispose]();
  await controlPlane.kubectl(['delete', 'rolebinding,role', SITE, '-n', 'tf-public', '--ignore-not-found']);
  await cleanUp(controlPlane, installed, 'tool-seen');
});

const seen = (): Promise<Json> => site.json('/api/v1/tools/seen');
const soon = { timeout: 30_000, interval: 250 };

it('the site shows the catalog of the ConfigMap before any replica answers it, and that use is not known', async () => {
  expect(await site.json('/api/v1/images/tf-python37')).toMatchObject({
    name: 'python3.7',
    use: { known: false, since: expect.any(String) },
  });
  expect(await site.html('/deprecations')).toContain('is not known since');
});

it('a Pod that is created appears on the pages, from either replica', async () => {
  for (const { opsPort } of installed.replicas) state.add(opsPort);
  await expect.poll(seen, soon).toMatchObject({ staleSince: null, workloads: [] });
  await tool.pod('shell', 'tf-python37');
  await expect
    .poll(async () => (await seen()).workloads, soon)
    .toEqual([
      {
        workload: 'Pod/shell',
        image: 'python3.7',
        asksFor: 'tf-python37',
        deprecation: expect.any(Object),
      },
    ]);
  expect(await site.html('/tools/seen')).toContain('Pod/shell');
  expect(await site.json('/v1/tool/seen/images')).toMatchObject({
    messages: { info: [], warning: ['python3.7 is deprecated; used by Pod/shell'] },
  });
});

it('the site goes on with one replica, and shows the last state, said to be stale, when both are gone', async () => {
  const [first] = installed.replicas;
  if (!first) throw new Error('there is no replica');
  installed.receiveNoCalls(first);
  state.remove(first.opsPort);
  await installed.kill(first);
  await tool.pod('second', 'python3.7');
  await expect.poll(async () => (await seen()).workloads?.length, soon).toBe(2);
  expect(await seen()).toMatchObject({ staleSince: null });

  for (const { opsPort } of installed.replicas) state.remove(opsPort);
  await installed.killAll();
  await expect.poll(async () => (await seen()).staleSince, soon).toMatch(/^20\d\d-\d\d-\d\dT/);
  expect((await seen()).workloads).toHaveLength(2);
  expect(await site.html('/tools/seen')).toContain('this is stale since 20');
}, 90_000);

it('the site uses each of its rights, and needs no other', async () => {
  const calls = (): Json[] =>
    controlPlane
      .auditedCalls(from)
      .filter(({ user }) => user.username === `system:serviceaccount:${OURS}:${SITE}`);
  const used = (): string[] =>
    calls().map(
      ({ verb, objectRef }) => `${verb} ${objectRef.resource}/${objectRef.name} in ${objectRef.namespace}`,
    );
  const granted: string[] = rights
    .filter(({ kind }) => kind === 'Role')
    .flatMap(({ metadata, rules }) =>
      rules.flatMap(({ resources, resourceNames, verbs }: Json) =>
        verbs.map((verb: string) => `${verb} ${resources}/${resourceNames} in ${metadata.namespace}`),
      ),
    );
  expect(granted).toHaveLength(2);
  await expect.poll(() => [...new Set(used())].sort(), soon).toEqual(granted.sort());
  expect(calls().filter(({ responseStatus }) => responseStatus?.code >= 400)).toEqual([]);
}, 45_000);

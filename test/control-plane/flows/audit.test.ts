import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pathOf } from '../../manifests/manifests.ts';
import type { Json } from '../../support/reviews.ts';
import { type CommandResult, run } from '../control-plane/command.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CONFIG_MAPS, configMap, fixture } from '../support/catalog.ts';
import { kubeconfigOf, succeeds } from '../support/commands.ts';
import { collectionPath, createTool, type Tool, workload } from '../support/workloads.ts';

/*
 * The built `audit` against a real API server and Pods of the real controllers, with no more rights than docs/audit.md lists.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);

const [ALPHA, BETA, ELSEWHERE, AUDITOR] = [
  'tool-audit-alpha',
  'tool-audit-beta',
  'audit-elsewhere',
  'auditor',
];
const R = 'registry.example.org';
/** More than one page of 500. */
const MANY = 520;

const rules = /<!-- rights: cluster -->\n```yaml\n([\s\S]*?)```/.exec(
  readFileSync(pathOf('docs/audit.md'), 'utf8'),
)?.[1];

let auditor: string;
let maintainer: string;

beforeAll(async () => {
  await api.createNamespace('tf-public');
  await api.createNamespace(ELSEWHERE);
  const [alpha, beta] = [await createTool(api, 'audit-alpha'), await createTool(api, 'audit-beta')];
  await api.create(CONFIG_MAPS, configMap(fixture('cli/audit/catalog.yaml')));
  await Promise.all([createWorkloads(alpha), createPods(beta)]);
  await api.create(`/api/v1/namespaces/${ELSEWHERE}/pods`, {
    metadata: { name: 'no-tool' },
    spec: { containers: [{ name: 'main', image: 'no-tool' }] },
  });
  auditor = await accountIn(ELSEWHERE, AUDITOR);
  maintainer = await accountIn(ALPHA, 'maintainer');
  await grant();
}, 120_000);

afterAll(async () => {
  await controlPlane.kubectl(['delete', 'clusterrole/image-config-audit', `clusterrolebinding/${AUDITOR}`]);
  const namespaces = ['tf-public', ALPHA, BETA, ELSEWHERE].map((name) => `namespace/${name}`);
  await controlPlane.kubectl(['delete', ...namespaces, '--ignore-not-found', '--timeout=60s']);
});

async function createWorkloads(alpha: Tool): Promise<void> {
  await alpha.deployment('web', `${R}/toolforge-python37-web:latest`, 2);
  await alpha.cronJob('daily', 'tf-node16');
  await api.create(
    collectionPath('StatefulSet', BETA),
    workload('StatefulSet', { name: 'db' }, { main: 'old-registry.example.org/toolforge-mariadb' }),
  );
  await until(
    async () => (await api.get(`/api/v1/namespaces/${ALPHA}/pods`)).items.length === 2,
    "the controllers' Pods",
  );
}

async function createPods({ pod }: Tool): Promise<void> {
  const names = Array.from({ length: MANY }, (_, i) => `many-${i}`);
  for (let at = 0; at < MANY; at += 20)
    await Promise.all(names.slice(at, at + 20).map((name) => pod(name, `${R}/toolforge-node20-web`)));
}

/** Creates a ServiceAccount, and gives the path of its kubeconfig. */
async function accountIn(namespace: string, account: string): Promise<string> {
  await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: account } });
  return kubeconfigOf(controlPlane, namespace, account);
}

/** The rights of docs/audit.md: in the whole cluster for the auditor, and in one namespace for the maintainer of a tool. */
async function grant(): Promise<void> {
  const kubectl = (...args: string[]) => succeeds(controlPlane.kubectl(args));
  await succeeds(controlPlane.kubectl(['apply', '-f', '-'], { stdin: rules ?? '' }));
  const role = '--clusterrole=image-config-audit';
  await kubectl('create', 'clusterrolebinding', AUDITOR, role, `--serviceaccount=${ELSEWHERE}:${AUDITOR}`);
  for (const namespace of [ALPHA, 'tf-public'])
    await kubectl(
      'create',
      'rolebinding',
      'maintainer',
      '-n',
      namespace,
      role,
      `--serviceaccount=${ALPHA}:maintainer`,
    );
  await until(async () => (await audit(auditor)).code === 0, 'the rights to be known');
  await until(async () => (await audit(maintainer, '-n', ALPHA)).code === 0, 'the rights to be known');
}

function audit(kubeconfig: string, ...options: readonly string[]): Promise<CommandResult> {
  const argv = [
    pathOf('dist/main.js'),
    'audit',
    '--kubeconfig',
    kubeconfig,
    '--today',
    '2026-11-22',
    ...options,
  ];
  return run(process.execPath, argv, { env: { PATH: process.env.PATH ?? '' } });
}

/** `tool Kind/name status name: Pods`, of this file's tools: other tests have tools in this cluster, too. */
async function findings(kubeconfig: string, ...options: readonly string[]): Promise<string[]> {
  const report: Json = JSON.parse(await succeeds(audit(kubeconfig, '--format', 'json', ...options)));
  return report.findings
    .filter(({ tool }: Json) => [ALPHA, BETA].includes(tool))
    .map(
      ({ tool, owner, status, name, pods }: Json) =>
        `${tool} ${owner.kind}/${owner.name} ${status} ${name}: ${pods}`,
    );
}

const OF_ALPHA = [
  `${ALPHA} CronJob/daily deprecated node16: 0`,
  `${ALPHA} Deployment/web past-removal python3.7: 2`,
];

describe('audit with a kubeconfig that may only read', () => {
  it('lists findings by the root owners of the Pods, over all pages', async () => {
    expect(await findings(auditor)).toEqual([...OF_ALPHA, `${BETA} StatefulSet/db orphaned mariadb: 0`]);
  });

  it('prints its progress, and how many objects it has read', async () => {
    const { stdout, stderr } = await audit(auditor, '--all');
    expect(stderr).toMatch(/^(?:pods: \d00 of about 5\d\d\n)+$/);
    expect(stdout).toMatch(
      /^Audited 5\d\d Pods and \d+ templates of \d+ tools against tf-public\/image-config\.$/m,
    );
    expect(stdout).not.toContain('no-tool');
  });

  it('names the workloads that an edit would affect', async () => {
    const { code, stdout } = await audit(auditor, '--edit', pathOf('test/fixtures/cli/audit/refused.yaml'));
    expect(code).toBe(1);
    expect(stdout).toContain(`in use by 1 workload of 1 tool: ${ALPHA}/Deployment/web`);
    expect(stdout).toContain(`  ${BETA}`);
    expect(stdout).toContain('This edit would be refused: ');
    const accepted = await audit(auditor, '--edit', pathOf('test/fixtures/cli/audit/acknowledged.yaml'));
    expect(accepted.code).toBe(0);
  });

  it('uses exactly the rights that docs/audit.md lists', async () => {
    const used = controlPlane
      .auditedCalls()
      .filter(({ user }) => user.username === `system:serviceaccount:${ELSEWHERE}:${AUDITOR}`)
      .filter(({ responseStatus }) => responseStatus?.code === 200)
      .map(({ verb, objectRef }) => `${verb} ${objectRef.resource}`);
    expect([...new Set(used)].sort()).toEqual(
      [
        'get configmaps',
        ...['cronjobs', 'daemonsets', 'deployments', 'jobs', 'namespaces', 'pods', 'replicasets'].map(
          (resource) => `list ${resource}`,
        ),
        'list statefulsets',
      ].sort(),
    );
  });
});

describe("audit with a tool's own kubeconfig", () => {
  it('lists the findings of that tool', async () => {
    expect(await findings(maintainer, '-n', ALPHA)).toEqual(OF_ALPHA);
  });

  it('names every missing right for all tools, and prints no report', async () => {
    const { code, stdout, stderr } = await audit(maintainer);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      `list namespaces: namespaces is forbidden: User "system:serviceaccount:${ALPHA}:maintainer" cannot list resource "namespaces" in API group "" at the cluster scope`,
    );
    expect(stderr).toContain('  list cronjobs: ');
    expect(stderr).toContain('\naudit --namespace NAME needs rights in one namespace only');
  });

  it('cannot audit another tool', async () => {
    const { code, stdout, stderr } = await audit(maintainer, '-n', BETA);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`cannot list resource "pods" in API group "" in the namespace "${BETA}"`);
  });
});

it('audit with an unknown token says that it is unauthorized', async () => {
  const { code, stderr } = await audit(controlPlane.kubeconfigFor('stranger', 'no-such-token'));
  expect(code).toBe(2);
  expect(stderr).toContain('cannot read the ConfigMap tf-public/image-config: Unauthorized');
});

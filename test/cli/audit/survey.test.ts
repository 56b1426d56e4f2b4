import { describe, expect, it, vi } from 'vitest';
import { survey } from '../../../src/cli/audit/survey.ts';
import { audited, mixedCluster } from '../../support/audited.ts';

const quiet = { page: () => {}, done: () => {} };

const ALL = [
  'namespaces',
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'replicasets',
  'jobs',
  'cronjobs',
];

const EVERYBODY = { namespace: undefined, toolSelector: 'tenancy=tool', podAnnotations: 'read' } as const;

describe('a survey', () => {
  it('indexes the workloads of tools only', async () => {
    const index = await survey(audited(mixedCluster), EVERYBODY, quiet);
    expect(index.complete).toBe(true);
    expect(Object.fromEntries(index.counts)).toMatchObject({
      Namespace: 4,
      Pod: 7,
      Deployment: 4,
      CronJob: 1,
    });
  });

  it('lists Pods before their owners, so that each Pod finds its owner', async () => {
    const cluster = audited(mixedCluster);
    await survey(cluster, EVERYBODY, quiet);
    const asked = cluster.asked.map((call) => call.replace(/^list .*\//, '').replace(/ .*/, ''));
    expect(asked).toEqual(ALL);
  });

  it('of one tool lists objects of its namespace only, and does not read the namespace itself', async () => {
    const cluster = audited(mixedCluster);
    const index = await survey(cluster, { ...EVERYBODY, namespace: 'tool-alpha' }, quiet);
    expect(cluster.asked.every((call) => call.includes('/namespaces/tool-alpha/'))).toBe(true);
    expect(Object.fromEntries(index.counts)).toMatchObject({ Namespace: 1, Pod: 3, Deployment: 1 });
  });

  it('names all missing rights at once, in the words of the API server', async () => {
    const refused = survey(audited(mixedCluster, ['namespaces', 'cronjobs']), EVERYBODY, quiet);
    await expect(refused).rejects.toThrow(
      [
        'the list of workloads is incomplete, so nothing is reported. Missing rights:',
        '  list namespaces: namespaces is forbidden: User "somebody" cannot list resource "namespaces" in API group "" at the cluster scope',
        '  list cronjobs: cronjobs is forbidden: User "somebody" cannot list resource "cronjobs" in API group "" at the cluster scope',
        'audit --namespace NAME needs rights in one namespace only; docs/audit.md has the rights for both',
      ].join('\n'),
    );
  });

  it('prints a refusal with the same reason once', async () => {
    const cluster = audited(mixedCluster, ALL, 'Unauthorized');
    await expect(survey(cluster, { ...EVERYBODY, namespace: 'tool-alpha' }, quiet)).rejects.toThrow(
      [
        'Missing rights:',
        '  list pods, deployments, statefulsets, daemonsets, replicasets, jobs, cronjobs: Unauthorized',
        'docs/audit.md has the rights that are needed',
      ].join('\n'),
    );
  });

  it('hints at the credentials when the API server does not know the user, since no right would help', async () => {
    const cluster = audited(mixedCluster, ALL, 'Unauthorized', 401);
    await expect(survey(cluster, EVERYBODY, quiet)).rejects.toThrow(
      /Unauthorized\nthe cluster does not accept these credentials: log in again, or choose others with --kubeconfig or --context$/,
    );
  });

  it('clears its progress when it fails, too', async () => {
    const done = vi.fn();
    const refused = survey(audited(mixedCluster, ALL), EVERYBODY, { ...quiet, done });
    await expect(refused).rejects.toThrow();
    expect(done).toHaveBeenCalledOnce();
  });
});

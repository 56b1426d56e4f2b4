import { join } from 'node:path';
import type { ProgramName } from './programs.ts';
import { auditLogPath, kubeconfigPath, type Site } from './site.ts';

export type ServerName = Extract<ProgramName, 'etcd' | 'kube-apiserver' | 'kube-controller-manager'>;

/** The command line of each server, without the program. Everything listens on the loopback interface only. */
export const serverFlags: Readonly<Record<ServerName, (site: Site) => string[]>> = {
  etcd: ({ directory, ports }) => [
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${ports.etcd}`,
    `--advertise-client-urls=http://127.0.0.1:${ports.etcd}`,
    `--listen-peer-urls=http://127.0.0.1:${ports.etcdPeer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${ports.etcdPeer}`,
    `--initial-cluster=default=http://127.0.0.1:${ports.etcdPeer}`,
    // A killed process loses nothing without fsync; only a machine that crashes does, and this data is temporary.
    '--unsafe-no-fsync',
  ],

  'kube-apiserver': (site) => [
    `--etcd-servers=http://127.0.0.1:${site.ports.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${site.ports.apiServer}`,
    `--tls-cert-file=${join(site.directory, 'kube-apiserver.crt')}`,
    `--tls-private-key-file=${join(site.directory, 'kube-apiserver.key')}`,
    `--token-auth-file=${join(site.directory, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.0.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${join(site.directory, 'service-account.key')}`,
    `--service-account-signing-key-file=${join(site.directory, 'service-account.key')}`,
    // Endpoints cannot have loopback addresses, so the API server could not publish its own, and would log that for ever.
    '--endpoint-reconciler-type=none',
    `--enable-aggregator-routing=${site.aggregatorRouting}`,
    ...(site.audit ? auditFlags(site) : []),
    ...site.apiServerFlags,
  ],

  'kube-controller-manager': (site) => [
    `--kubeconfig=${kubeconfigPath(site, 'controller-manager')}`,
    '--leader-elect=false',
    '--secure-port=0',
    // As in a real cluster: each controller uses its ServiceAccount of kube-system, and admission sees that name.
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${join(site.directory, 'service-account.key')}`,
    `--root-ca-file=${join(site.directory, 'ca.crt')}`,
    // No kubelet renews the Lease of a Node: after 40 s these two would mark the tests' Nodes as dead, and their Pods as not ready.
    '--controllers=*,-node-lifecycle-controller,-taint-eviction-controller',
    ...site.controllerManagerFlags,
  ],
};

/** Blocking: a call is in the log before its caller has the answer. */
const auditFlags = (site: Site) => [
  `--audit-policy-file=${join(site.directory, 'audit-policy.json')}`,
  `--audit-log-path=${auditLogPath(site)}`,
  '--audit-log-mode=blocking',
];

/** User, verb and object of each call, without bodies: enough to check the rights in use. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

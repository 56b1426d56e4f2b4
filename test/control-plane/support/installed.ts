import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { manifest } from '../../manifests/manifests.ts';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../manifests/api.ts';
import { type Program, startProgram } from '../program/program.ts';
import { succeeds } from './commands.ts';
import { type Service, startService } from './service.ts';

export const OURS = 'image-config-admission';

/**
 * install.yaml in the control plane, with everything in it, and replicas as processes of this machine that come with the rights
 * and the arguments of its Deployment. There is no network for Pods, so the webhooks get a URL in place of the Service.
 */
export interface Installed extends AsyncDisposable {
  /** Those that run now. */
  readonly replicas: readonly Program[];
  /** Waits until the replica is ready, and until the API server believes it. */
  readonly startReplica: (...settings: readonly string[]) => Promise<Program>;
  /** Starts one that gets no calls: whoever calls this says when it is ready. */
  readonly launchReplica: (...settings: readonly string[]) => Promise<Program>;
  /** As a kubelet reports it when a Pod is ready. */
  readonly receiveCalls: (replica: Program) => void;
  /** As after a Pod's deletion, or its crash. */
  readonly receiveNoCalls: (replica: Program) => void;
  /** At once, as in a crash; calls are sent to it until `receiveNoCalls`. */
  readonly kill: (replica: Program) => Promise<void>;
  /** Every replica crashes, and nobody starts another. */
  readonly killAll: () => Promise<void>;
  /** As a Deployment replaces its Pods (maxSurge 1, maxUnavailable 0). */
  readonly restartOneByOne: () => Promise<void>;
  /** The manifests once more, as after something was deleted. */
  readonly applyAgain: () => Promise<void>;
  /** Takes the webhooks and all rights away; what is left of replicas ends. */
  readonly uninstall: () => Promise<void>;
}

export interface InstallOptions {
  readonly replicas?: number;
  /** Options of `serve` beside those of the Deployment. */
  readonly settings?: readonly string[];
  /** For what is there before the webhooks are; `tf-public` is, too. */
  readonly before?: () => Promise<unknown>;
  /** Replicas go this way to the API server, from the straight one; both are paths of kubeconfigs. */
  readonly wire?: (kubeconfig: string) => Promise<string>;
}

export async function install(
  controlPlane: AttachedControlPlane,
  { replicas: count = 1, settings = [], before, wire }: InstallOptions = {},
): Promise<Installed> {
  const api = apiOf(controlPlane);
  const kubectl: AttachedControlPlane['kubectl'] = (args, options) => controlPlane.kubectl(args, options);
  const service = await startService();
  const objects = manifest('install.yaml').map((object) => called(object, service));
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const [, ...asShipped]: string[] = deployment.spec.template.spec.containers[0].args;

  await api.createNamespace('tf-public');
  await before?.();
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const apply = async (): Promise<void> => {
    await succeeds(kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(list) }));
  };
  await apply();
  const token = await succeeds(kubectl(['create', 'token', OURS, '-n', OURS]));
  const straight = controlPlane.kubeconfigFor(OURS, token.trim());
  const kubeconfig = wire ? await wire(straight) : straight;

  let replicas: readonly Program[] = [];
  const launchReplica = async (...more: readonly string[]): Promise<Program> => {
    const replica = await startProgram(
      ...asShipped,
      ...settings,
      ...more,
      ...['--kubeconfig', kubeconfig, '--namespace', OURS],
    );
    replicas = [...replicas, replica];
    return replica;
  };
  const forget = async (replica: Program): Promise<void> => {
    await replica.exited;
    replicas = replicas.filter((other) => other !== replica);
  };
  const kill = async (replica: Program): Promise<void> => {
    replica.kill('SIGKILL');
    await forget(replica);
  };
  const startReplica = async (...more: readonly string[]): Promise<Program> => {
    const replica = await launchReplica(...more);
    await untilReady(replica);
    service.add(replica.tlsPort);
    return replica;
  };
  const killAll = async (): Promise<void> => {
    for (const replica of replicas) {
      service.remove(replica.tlsPort);
      await kill(replica);
    }
  };
  const uninstall = async (): Promise<void> => {
    const configurations = objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
    // The webhooks first, as manifests/README.md has it.
    for (const items of [configurations, objects])
      await succeeds(
        kubectl(['delete', '--ignore-not-found', '--timeout=60s', '-f', '-'], {
          stdin: JSON.stringify({ ...list, items }),
        }),
      );
    await killAll();
  };

  const installed: Installed = {
    get replicas() {
      return replicas;
    },
    launchReplica,
    startReplica,
    receiveCalls: ({ tlsPort }) => service.add(tlsPort),
    receiveNoCalls: ({ tlsPort }) => service.remove(tlsPort),
    kill,
    killAll,
    restartOneByOne: async () => {
      for (const old of replicas) {
        await startReplica();
        old.kill('SIGTERM');
        // Endpoints follow a deletion late: this was the worst that was measured.
        await pause(1_000);
        service.remove(old.tlsPort);
        expect(await old.exited).toBe(0);
        await forget(old);
      }
    },
    applyAgain: apply,
    uninstall,
    [Symbol.asyncDispose]: async () => {
      await uninstall();
      await kubectl(['delete', 'namespace', 'tf-public', '--ignore-not-found', '--timeout=60s']);
      await service[Symbol.asyncDispose]();
    },
  };
  try {
    for (let started = 0; started < count; started += 1) await startReplica();
    await untilAsked(controlPlane);
    return installed;
  } catch (error) {
    await installed[Symbol.asyncDispose]();
    throw error;
  }
}

export async function untilReady(replica: Program): Promise<void> {
  await until(async () => (await replica.readyz()).ready, 'a replica to be ready');
}

/** Waits until the API server asks about the catalog, and believes whoever answers. */
export async function untilAsked(controlPlane: AttachedControlPlane): Promise<void> {
  await until(async () => {
    const { body } = await controlPlane.request('/api/v1/namespaces/tf-public/configmaps?dryRun=All', {
      method: 'POST',
      body: { metadata: { name: 'image-config' } },
    });
    return body.includes('missing-data-key');
  }, 'the API server to ask about the catalog');
}

/** A webhook's Service becomes a URL that leads to the same path. */
function called(object: Json, { port }: Service): Json {
  if (!object.kind.endsWith('WebhookConfiguration')) return object;
  const webhooks = object.webhooks.map(({ clientConfig, ...webhook }: Json) => ({
    ...webhook,
    clientConfig: { url: `https://127.0.0.1:${port}${clientConfig.service.path}` },
  }));
  return { ...object, webhooks };
}

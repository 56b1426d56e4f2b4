import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { manifest } from '../../manifests/manifests.ts';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { apiOf, until } from './api.ts';
import { kubeconfigOf, succeeds } from './commands.ts';
import { type Program, startProgram } from './program.ts';
import { type Service, startService } from './service.ts';

export const OURS = 'image-config-admission';

/**
 * All of install.yaml, applied to the control plane. Its replicas are processes of this machine with the rights and the arguments of
 * its Deployment. Pods have no network here, so the webhooks get a URL in place of the Service.
 */
export interface Installed extends AsyncDisposable {
  /** The running ones. */
  readonly replicas: readonly Program[];
  /** Starts a replica that gets calls as soon as it is ready. */
  readonly startReplica: (...settings: readonly string[]) => Promise<Program>;
  /** Starts a replica that gets no calls before `receiveCalls`. */
  readonly launchReplica: (...settings: readonly string[]) => Promise<Program>;
  /** As when a Pod becomes ready. */
  readonly receiveCalls: (replica: Program) => void;
  /** As when a Pod is deleted, or has crashed. */
  readonly receiveNoCalls: (replica: Program) => void;
  /** SIGKILL, as in a crash; the API server goes on calling it until `receiveNoCalls`. */
  readonly kill: (replica: Program) => Promise<void>;
  /** Every replica crashes, and no other one starts. */
  readonly killAll: () => Promise<void>;
  /** As a Deployment replaces its Pods (maxSurge 1, maxUnavailable 0). */
  readonly restartOneByOne: () => Promise<void>;
  /** Waits until the replicas have logged the review of the object with this name; resolves to all reviews that they logged. */
  readonly reviewsUntil: (name: string) => Promise<readonly LoggedReview[]>;
  /** Applies the manifests once more, for example after something was deleted. */
  readonly applyAgain: () => Promise<void>;
  /** Deletes the webhooks and all rights, and kills the replicas. */
  readonly uninstall: () => Promise<void>;
}

/** What a replica logs of a review that it answered. */
interface LoggedReview {
  readonly path: string;
  readonly operation: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name?: string;
}

export interface InstallOptions {
  readonly replicas?: number;
  /** Options of `serve` beside those of the Deployment. */
  readonly settings?: readonly string[];
  /** Runs before the webhooks are configured; the namespace `tf-public` exists. */
  readonly before?: () => Promise<unknown>;
  /** The way of the replicas to the API server: from the path of a kubeconfig to that of another one. */
  readonly wire?: (kubeconfig: string) => Promise<string>;
}

export async function install(
  controlPlane: AttachedControlPlane,
  { replicas: count = 1, settings = [], before, wire }: InstallOptions = {},
): Promise<Installed> {
  const api = apiOf(controlPlane);
  const kubectl: AttachedControlPlane['kubectl'] = (args, options) => controlPlane.kubectl(args, options);
  const service = await startService();
  const objects = manifest('install.yaml').map((object) => withUrls(object, service));
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const [, ...asShipped]: string[] = deployment.spec.template.spec.containers[0].args;

  await api.createNamespace('tf-public');
  await before?.();
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const apply = async (): Promise<void> => {
    await succeeds(kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(list) }));
  };
  await apply();
  const straight = await kubeconfigOf(controlPlane, OURS, OURS);
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
    // The webhooks first, as manifests/README.md says.
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
        await endGracefully(old, service);
        await forget(old);
      }
    },
    reviewsUntil: async (name) => {
      const reviews = (): LoggedReview[] =>
        replicas.flatMap(({ logged }) =>
          logged('review answered').map(({ path, review }) => ({ path, ...(review as Json) })),
        );
      await expect.poll(() => reviews().some((review) => review.name === name)).toBe(true);
      return reviews();
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
    await untilCalled(controlPlane);
    return installed;
  } catch (error) {
    await installed[Symbol.asyncDispose]();
    throw error;
  }
}

/** For `afterAll`: deletes the namespaces of the tests, and the installation if there is one. */
export async function cleanUp(
  controlPlane: AttachedControlPlane,
  installed: Installed | undefined,
  ...namespaces: readonly string[]
): Promise<void> {
  await Promise.all([
    controlPlane.kubectl(['delete', 'namespace', '--ignore-not-found', ...namespaces]),
    installed?.[Symbol.asyncDispose](),
  ]);
}

export async function untilReady(replica: Program): Promise<void> {
  await until(async () => (await replica.readyz()).ready, 'a replica to be ready');
}

/** Ends a replica as a Deployment ends a Pod: it gets new calls for another second, and exits with 0. */
export async function endGracefully(replica: Program, service: Service): Promise<void> {
  replica.kill('SIGTERM');
  // Endpoints follow a deletion late: 1 s is the worst that was measured.
  await pause(1_000);
  service.remove(replica.tlsPort);
  expect(await replica.exited).toBe(0);
}

/** Waits until the API server calls the catalog's webhook, and trusts the certificate of the answering replica. */
export async function untilCalled(controlPlane: AttachedControlPlane): Promise<void> {
  await until(async () => {
    const { body } = await controlPlane.request('/api/v1/namespaces/tf-public/configmaps?dryRun=All', {
      method: 'POST',
      body: { metadata: { name: 'image-config' } },
    });
    return body.includes('missing-data-key');
  }, 'the API server to call the webhook of the catalog');
}

/** Waits for the replica that writes Events, by the metric of each replica. */
export async function leaderAmong(replicas: () => readonly Program[]): Promise<Program> {
  let found: Program | undefined;
  await until(async () => {
    for (const replica of replicas()) if ((await replica.series('events_leader')) === 1) found = replica;
    return found !== undefined;
  }, 'a leader');
  return found as unknown as Program;
}

/** Puts a URL with the same path in place of a webhook's Service. */
function withUrls(object: Json, { port }: Service): Json {
  if (!object.kind.endsWith('WebhookConfiguration')) return object;
  const webhooks = object.webhooks.map(({ clientConfig, ...webhook }: Json) => ({
    ...webhook,
    clientConfig: { url: `https://127.0.0.1:${port}${clientConfig.service.path}` },
  }));
  return { ...object, webhooks };
}

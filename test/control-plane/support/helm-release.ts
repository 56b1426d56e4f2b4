import { pathOf } from '../../manifests/manifests.ts';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { apiOf } from './api.ts';
import { kubeconfigOf, succeeds } from './commands.ts';
import { endGracefully, OURS, untilReady } from './installed.ts';
import { type Program, startBuild } from './program.ts';
import { startService } from './service.ts';

/**
 * A helm release. Its replicas are processes of this machine, of any version, with the rights and the arguments that its Deployment
 * has when they start.
 */
export interface HelmRelease extends AsyncDisposable {
  /** The replicas that get calls. */
  readonly replicas: readonly Program[];
  readonly install: (chart: string, values: Json) => Promise<void>;
  readonly upgrade: (chart: string, ...options: readonly string[]) => Promise<void>;
  readonly rollback: (revision: number) => Promise<void>;
  /** The values that the admin has set. */
  readonly values: () => Promise<Json>;
  readonly deployment: () => Promise<Json>;
  /** Starts a replica that gets no calls, and waits until it is ready. */
  readonly startObserver: (main: string) => Promise<Program>;
  readonly startReplica: (main: string) => Promise<Program>;
  /** Replaces each replica by one of another version, as a Deployment does (maxSurge 1, maxUnavailable 0). */
  readonly replaceReplicas: (main: string) => Promise<void>;
}

export async function helmRelease(controlPlane: AttachedControlPlane): Promise<HelmRelease> {
  const service = await startService();
  const api = apiOf(controlPlane);
  const helm = (...args: readonly string[]) => succeeds(controlPlane.helm([...args, '--namespace', OURS]));
  const render = ['--post-renderer', process.execPath].concat(
    [pathOf('test/control-plane/support/webhook-urls.mjs'), `${service.port}`].flatMap((argument) => [
      '--post-renderer-args',
      argument,
    ]),
  );
  let kubeconfig = '';
  let replicas: readonly Program[] = [];

  const deployment = (): Promise<Json> => api.get(`/apis/apps/v1/namespaces/${OURS}/deployments/${OURS}`);
  const startObserver = async (main: string): Promise<Program> => {
    const [, ...asShipped] = (await deployment()).spec.template.spec.containers[0].args;
    const program = await startBuild(main, ...asShipped, '--kubeconfig', kubeconfig, '--namespace', OURS);
    try {
      await untilReady(program);
    } catch (error) {
      program.kill('SIGKILL');
      throw error;
    }
    return program;
  };
  const startReplica = async (main: string): Promise<Program> => {
    const replica = await startObserver(main);
    replicas = [...replicas, replica];
    service.add(replica.tlsPort);
    return replica;
  };
  const endReplica = async (replica: Program): Promise<void> => {
    await endGracefully(replica, service);
    replicas = replicas.filter((other) => other !== replica);
  };
  return {
    get replicas() {
      return replicas;
    },
    install: async (chart, values) => {
      await succeeds(
        controlPlane.helm(
          ['install', OURS, chart, '--namespace', OURS, '--create-namespace', '--values', '-', ...render],
          { stdin: JSON.stringify(values) },
        ),
      );
      kubeconfig = await kubeconfigOf(controlPlane, OURS, OURS);
    },
    upgrade: async (chart, ...options) => {
      await helm('upgrade', OURS, chart, ...options, ...render);
    },
    rollback: async (revision) => {
      await helm('rollback', OURS, `${revision}`);
    },
    values: async () => JSON.parse(await helm('get', 'values', OURS, '--output', 'json')),
    deployment,
    startObserver,
    startReplica,
    replaceReplicas: async (main) => {
      for (const old of replicas) {
        await startReplica(main);
        await endReplica(old);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await helm('uninstall', OURS, '--ignore-not-found');
      for (const replica of replicas) replica.kill('SIGKILL');
      await Promise.all(replicas.map(({ exited }) => exited));
      await controlPlane.kubectl(['delete', 'namespace', OURS, '--ignore-not-found', '--timeout=60s']);
      await service[Symbol.asyncDispose]();
    },
  };
}

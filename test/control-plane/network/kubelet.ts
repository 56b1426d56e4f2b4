import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { apiOf } from '../support/api.ts';
import { type Program, startProgram } from '../support/program.ts';

/** One for each Pod that there can be at once: two, one more in a rolling update, and the terminating ones. */
export const podAddresses = Array.from({ length: 6 }, (_, index) => `10.99.0.${index + 1}`);

const NODE = 'node-of-the-tests';

export interface Kubelet extends AsyncDisposable {
  /** By Pod name. */
  readonly running: ReadonlyMap<string, Program>;
}

/**
 * A small scheduler and kubelet for one namespace. Each Pod gets the one Node and an address; its container runs as a process with the
 * container's arguments; its readiness probe is called; its deletion is a SIGTERM.
 */
export async function startKubelet(
  controlPlane: AttachedControlPlane,
  { namespace, kubeconfig }: { namespace: string; kubeconfig: () => Promise<string> },
): Promise<Kubelet> {
  const api = apiOf(controlPlane);
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const running = new Map<string, Program>();
  const addresses = new Map<string, string>();
  let stopped = false;

  await api.create('/api/v1/nodes', { metadata: { name: NODE } });
  await api.merge(`/api/v1/nodes/${NODE}/status`, {
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });

  const start = async ({ metadata: { name }, spec }: Json): Promise<void> => {
    const address = podAddresses.find((free) => ![...addresses.values()].includes(free));
    if (address === undefined) throw new Error('there are more Pods than addresses');
    addresses.set(name, address);
    const binding = { metadata: { name }, target: { apiVersion: 'v1', kind: 'Node', name: NODE } };
    await api.create(`${pods}/${name}/binding`, binding);
    const [container] = spec.containers;
    const [, ...args]: string[] = container.args;
    const login = ['--kubeconfig', await kubeconfig(), '--namespace', namespace];
    const at = ['--host', address, '--tls-port', '8443', '--ops-port', '8080'];
    running.set(name, await startProgram(...at, ...args, ...login));
  };

  const probe = async ({ metadata: { name }, status }: Json): Promise<void> => {
    const podIP = addresses.get(name);
    const answer = await fetch(`http://${podIP}:8080/readyz`).catch(() => undefined);
    const ready = answer?.ok ? 'True' : 'False';
    if (status.conditions?.find(({ type }: Json) => type === 'Ready')?.status === ready) return;
    const conditions = ['Ready', 'ContainersReady', 'Initialized', 'PodScheduled'].map((type) => ({
      type,
      status: type.endsWith('Ready') ? ready : 'True',
      lastTransitionTime: new Date().toISOString(),
    }));
    await api.merge(`${pods}/${name}/status`, {
      status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions },
    });
  };

  const end = async (name: string): Promise<void> => {
    const program = running.get(name);
    running.delete(name);
    program?.kill('SIGTERM');
    await program?.exited;
    addresses.delete(name);
    await api.remove(`${pods}/${name}?gracePeriodSeconds=0`);
  };

  const ended = new Set<string>();
  const ending: Promise<void>[] = [];
  const faults: unknown[] = [];
  const reconcile = async (): Promise<void> => {
    const { items } = await api.get(pods);
    for (const pod of items) {
      const { name, deletionTimestamp } = pod.metadata;
      if (deletionTimestamp !== undefined) {
        if (ended.has(name)) continue;
        ended.add(name);
        ending.push(end(name).catch((error: unknown) => void faults.push(error)));
      } else if (!addresses.has(name)) await start(pod);
      else await probe(pod);
    }
  };
  const reconciling = (async () => {
    while (!stopped) {
      await reconcile().catch((error: unknown) => faults.push(error));
      await pause(200);
    }
  })();
  return {
    running,
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await reconciling;
      for (const program of running.values()) {
        program.kill('SIGKILL');
        await program.exited;
      }
      await Promise.all(ending);
      for (const fault of faults) console.log('the kubelet of the tests failed:', fault);
    },
  };
}

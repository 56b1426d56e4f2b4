import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';

/** People and controllers who create Pods all the time. */
export interface PodStream {
  /** How many there are so far. */
  readonly created: () => number;
  /** Lets what was begun end. */
  readonly stop: () => Promise<Streamed>;
}

interface Streamed {
  readonly created: number;
  readonly losses: readonly Loss[];
}

interface Loss {
  /** When the call began and ended, by `performance.now()`. */
  readonly began: number;
  readonly ended: number;
  /** The API server's refusal; of a Pod that may start without us, that it did. */
  readonly what: string;
}

/** Several at once keep more connections open than one replica has. */
export const AT_ONCE = 4;

/** Pods with a short name, and Pods with the image that it stands for, by turns: both have to come to the same. */
export function streamPods(
  controlPlane: AttachedControlPlane,
  { namespace, shortName, url }: { namespace: string; shortName: string; url: string },
): PodStream {
  const losses: Loss[] = [];
  let created = 0;
  let stopped = false;
  const createOne = async (image: string): Promise<void> => {
    const began = performance.now();
    const { status, body } = await controlPlane.request(`/api/v1/namespaces/${namespace}/pods`, {
      method: 'POST',
      body: { metadata: { generateName: 'stream-' }, spec: { containers: [{ name: 'job', image }] } },
    });
    const what = status === 201 ? missingFrom(JSON.parse(body), url) : body;
    if (what === undefined) created += 1;
    else losses.push({ began, ended: performance.now(), what });
  };
  const createAll = async (): Promise<void> => {
    while (!stopped) {
      await createOne(shortName);
      await createOne(url);
      // Steady, and not as much as the machine can do: what is measured is not the throughput.
      await pause(10);
    }
  };
  const done = Promise.all(Array.from({ length: AT_ONCE }, createAll));
  return {
    created: () => created,
    stop: async () => {
      stopped = true;
      await done;
      return { created, losses };
    },
  };
}

function missingFrom({ metadata, spec }: Json, url: string): string | undefined {
  const [{ image }] = spec.containers;
  if (image !== url) return `it was created with the image ${image}`;
  return 'name.image-config.toolforge.org/job' in (metadata.annotations ?? {})
    ? undefined
    : 'it was created without its facts';
}

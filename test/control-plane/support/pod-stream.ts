import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';
import { until } from './api.ts';
import { URL_39 } from './catalog.ts';

/** A steady stream of new Pods, as people and controllers create them. */
export interface PodStream {
  /** Resolves when so many more Pods were created as they should be. */
  readonly flows: (more: number) => Promise<void>;
  /** Waits for the creates in flight. */
  readonly stop: () => Promise<Streamed>;
}

export interface Streamed {
  /** Pods that were created as they should be. */
  readonly created: number;
  readonly losses: readonly Loss[];
  /** The longest wait for an answer of any kind, in milliseconds. */
  readonly longest: number;
}

/** A create that did not lead to the expected Pod. */
export interface Loss {
  /** When the call began and ended, by `performance.now()`. */
  readonly began: number;
  readonly ended: number;
  readonly kind: /** The API server refused it. */
    | 'refused'
    /** Its connection was refused, or broke. */
    | 'unanswered'
    /** It was created without a call to the webhook, which `failurePolicy: Ignore` allows for a Pod without a short name. */
    | 'without-annotations'
    /** It was created with a wrong image or wrong annotations. */
    | 'wrong';
  /** The API server's message, or what is wrong with the Pod. */
  readonly what: string;
}

/** The clients that create Pods at once: together they keep more connections open than one replica has. */
export const AT_ONCE = 4;

const SHORT_NAME = 'tf-python39';
const REQUESTED = 'requested.image-config.toolforge.org/job';
const NAME = 'name.image-config.toolforge.org/job';

/** Creates Pods in a namespace, by turns with an alias of `GOOD` and with the URL that it resolves to: both have to get that URL. */
export function streamPods(controlPlane: AttachedControlPlane, namespace: string): PodStream {
  const losses: Loss[] = [];
  let created = 0;
  let longest = 0;
  let stopped = false;
  const createOne = async (image: string, annotations: Json): Promise<void> => {
    const began = performance.now();
    const fault = await controlPlane
      .request(`/api/v1/namespaces/${namespace}/pods`, {
        method: 'POST',
        body: { metadata: { generateName: 'stream-' }, spec: { containers: [{ name: 'job', image }] } },
      })
      .then(
        ({ status, body }) =>
          status === 201
            ? faultOf(JSON.parse(body), annotations)
            : ({ kind: 'refused', what: body } as const),
        (error: unknown) => ({ kind: 'unanswered', what: String(error) }) as const,
      );
    const ended = performance.now();
    longest = Math.max(longest, ended - began);
    if (fault === undefined) created += 1;
    else losses.push({ began, ended, ...fault });
  };
  const createAll = async (): Promise<void> => {
    while (!stopped) {
      await createOne(SHORT_NAME, { [REQUESTED]: SHORT_NAME, [NAME]: 'python3.9' });
      await createOne(URL_39, { [NAME]: 'python3.9' });
      // Less than the machine can do: this does not measure throughput.
      await pause(10);
    }
  };
  const done = Promise.all(Array.from({ length: AT_ONCE }, createAll));
  return {
    flows: (more) => {
      const from = created;
      return until(async () => created >= from + more, 'the stream to flow');
    },
    stop: async () => {
      stopped = true;
      await done;
      return { created, losses, longest };
    },
  };
}

function faultOf({ metadata, spec }: Json, expected: Json): Pick<Loss, 'kind' | 'what'> | undefined {
  const [{ image }] = spec.containers;
  if (image !== URL_39) return { kind: 'wrong', what: `it was created with the image ${image}` };
  const found = metadata.annotations ?? {};
  if (Object.keys(found).length === 0)
    return { kind: 'without-annotations', what: 'it was created without its annotations' };
  return [REQUESTED, NAME].every((key) => found[key] === expected[key])
    ? undefined
    : { kind: 'wrong', what: `it was created with the annotations ${JSON.stringify(found)}` };
}

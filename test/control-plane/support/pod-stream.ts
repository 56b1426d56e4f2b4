import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';

/** People and controllers who create Pods all the time. */
export interface PodStream {
  /** How many there are so far, as they have to be. */
  readonly created: () => number;
  /** Lets what was begun end. */
  readonly stop: () => Promise<Streamed>;
}

export interface Streamed {
  readonly created: number;
  readonly losses: readonly Loss[];
  /** The longest that somebody waited for an answer, whatever it was. Milliseconds. */
  readonly longest: number;
}

/** A create that did not come to the Pod that it has to. */
export interface Loss {
  /** When the call began and ended, by `performance.now()`. */
  readonly began: number;
  readonly ended: number;
  readonly kind: /** The API server said no. */
    | 'refused'
    /** Its connection was refused, or broke. */
    | 'unanswered'
    /** It was let through without us, which a Pod without a short name may be. */
    | 'without-facts'
    /** It was created with an image or with facts that are not so. */
    | 'wrong';
  /** The API server's words, or what was found. */
  readonly what: string;
}

interface Streaming {
  readonly namespace: string;
  /** What Pods ask for by turns, and the entry's canonical name. */
  readonly shortName: string;
  readonly url: string;
  readonly name: string;
}

/** Several at once keep more connections open than one replica has. */
export const AT_ONCE = 4;

/** Pods with a short name, and Pods with the image that it stands for, by turns: both have to come to the same. */
export function streamPods(
  controlPlane: AttachedControlPlane,
  { namespace, shortName, url, name }: Streaming,
): PodStream {
  const losses: Loss[] = [];
  let created = 0;
  let longest = 0;
  let stopped = false;
  const createOne = async (image: string, facts: Json): Promise<void> => {
    const began = performance.now();
    const fault = await controlPlane
      .request(`/api/v1/namespaces/${namespace}/pods`, {
        method: 'POST',
        body: { metadata: { generateName: 'stream-' }, spec: { containers: [{ name: 'job', image }] } },
      })
      .then(
        ({ status, body }) =>
          status === 201 ? faultOf(JSON.parse(body), url, facts) : ({ kind: 'refused', what: body } as const),
        (error: unknown) => ({ kind: 'unanswered', what: String(error) }) as const,
      );
    const ended = performance.now();
    longest = Math.max(longest, ended - began);
    if (fault === undefined) created += 1;
    else losses.push({ began, ended, ...fault });
  };
  const createAll = async (): Promise<void> => {
    while (!stopped) {
      await createOne(shortName, { [REQUESTED]: shortName, [NAME]: name });
      await createOne(url, { [NAME]: name });
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
      return { created, losses, longest };
    },
  };
}

const REQUESTED = 'requested.image-config.toolforge.org/job';
const NAME = 'name.image-config.toolforge.org/job';

function faultOf(
  { metadata, spec }: Json,
  url: string,
  facts: Json,
): Pick<Loss, 'kind' | 'what'> | undefined {
  const [{ image }] = spec.containers;
  if (image !== url) return { kind: 'wrong', what: `it was created with the image ${image}` };
  const found = metadata.annotations ?? {};
  if (Object.keys(found).length === 0)
    return { kind: 'without-facts', what: 'it was created without its facts' };
  return [REQUESTED, NAME].every((key) => found[key] === facts[key])
    ? undefined
    : { kind: 'wrong', what: `it was created with the facts ${JSON.stringify(found)}` };
}

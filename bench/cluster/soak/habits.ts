import type { ReviewedWorkloadKind } from '../../../src/admission/workload.ts';
import type { AttachedControlPlane } from '../../../test/control-plane/control-plane.ts';
import { BAD, GOOD, KEY, LARGEST } from '../../../test/control-plane/support/catalog.ts';
import type { Program } from '../../../test/control-plane/support/program.ts';
import { collectionPath, workload } from '../../../test/control-plane/support/workloads.ts';
import type { Json } from '../../../test/support/reviews.ts';
import { visitor } from './connections.ts';
import type { Habit } from './load.ts';

const CATALOG = '/api/v1/namespaces/tf-public/configmaps/image-config';
const HOST = 'docker-registry.tools.wmflabs.org';

/** Images that Pods request, and the images that they get. */
const IMAGES: readonly (readonly [string, string])[] = [
  ['python3.11', `${HOST}/toolforge-python311-sssd-web:latest`],
  ['tf-python39', `${HOST}/toolforge-python39-sssd-web:latest`],
  [`${HOST}/toolforge-python39-sssd-web:latest`, `${HOST}/toolforge-python39-sssd-web:latest`],
  // Deprecated: Events are written about it.
  ['tf-python37', `${HOST}/toolforge-python37-sssd-web:latest`],
  // Not in the catalog.
  ['tools-harbor.wmcloud.org/tool-soak/soak:latest', 'tools-harbor.wmcloud.org/tool-soak/soak:latest'],
  // Similar to a name: a warning.
  ['pythn3.11', 'pythn3.11'],
];
/** Not Job, whose template is immutable. */
const KINDS: readonly ReviewedWorkloadKind[] = ['Deployment', 'CronJob', 'StatefulSet', 'DaemonSet'];
/** The most workloads at once. */
const NAMES = 20;

/**
 * The answer to an edit that was not checked within the 4 s of the webhook, or the 5 s of the API server. It is expected on a
 * busy machine. The logs of the replicas have the reason.
 */
const LATE = /the review could not be answered: a fault of the webhook|context deadline exceeded/;
/** Whether the log of a replica has this reason. */
export const isLateness = (message: string): boolean =>
  /^the catalog thread (took too long|was busy for too long)$/.test(message);

interface Everything {
  readonly habits: readonly Habit[];
  /** The number of edits so far that were not checked in time. */
  readonly late: () => number;
}

/** Every kind of load of a cluster: some twenty calls a second, a small part of what two cores can do. */
export function everything(
  controlPlane: AttachedControlPlane,
  namespace: string,
  replicas: readonly Program[],
): Everything {
  const call = async (
    expected: number,
    path: string,
    method: string,
    body?: Json,
    kind?: string,
  ): Promise<Json> => {
    const contentType = kind === undefined ? {} : { contentType: `application/${kind}` };
    const answer = await controlPlane.request(path, { method, body, ...contentType });
    if (answer.status !== expected)
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${answer.body}`);
    return JSON.parse(answer.body);
  };
  const merge = (expected: number, path: string, body: Json): Promise<Json> =>
    call(expected, path, 'PATCH', body, 'merge-patch+json');
  let late = 0;
  const edit = async (expected: number, text: string): Promise<void> => {
    const { status, body } = await controlPlane.request(CATALOG, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { data: { [KEY]: text } },
    });
    if (status === 500 && LATE.test(body)) late += 1;
    else if (status !== expected) throw new Error(`an edit was answered with ${status}: ${body}`);
  };

  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const pod = async (turn: number): Promise<void> => {
    const [asked, got] = IMAGES[turn % IMAGES.length] ?? ['', ''];
    const stored = await call(201, pods, 'POST', {
      metadata: { generateName: 'soak-' },
      spec: { containers: [{ name: 'job', image: asked }], terminationGracePeriodSeconds: 0 },
    });
    is(stored.spec.containers[0].image, got);
    const path = `${pods}/${stored.metadata.name}`;
    await merge(200, path, { metadata: { labels: { 'example.org/turn': String(turn) } } });
    const [next, became] = IMAGES[(turn + 1) % IMAGES.length] ?? ['', ''];
    const other = { spec: { containers: [{ name: 'job', image: next }] } };
    const changed = await call(200, path, 'PATCH', other, 'strategic-merge-patch+json');
    is(changed.spec.containers[0].image, became);
    await call(200, path, 'DELETE');
  };

  const applied = async (turn: number): Promise<void> => {
    const name = `soak-${turn % NAMES}`;
    const kind = KINDS[(turn % NAMES) % KINDS.length] ?? 'CronJob';
    const path = `${collectionPath(kind, namespace)}/${name}`;
    // Created, changed, deleted, created …
    if (Math.floor(turn / NAMES) % 3 === 2) {
      await call(200, `${path}?propagationPolicy=Background`, 'DELETE');
      return;
    }
    const [image] = IMAGES[turn % IMAGES.length] ?? [''];
    await call(
      Math.floor(turn / NAMES) % 3 === 0 ? 201 : 200,
      `${path}?fieldManager=soak&force=true`,
      'PATCH',
      workload(kind, { name }, { main: image }),
      'apply-patch+yaml',
    );
  };

  const edits = async (turn: number): Promise<void> => {
    // Once a minute the text has the largest size allowed.
    if (turn % 12 === 11) await edit(200, LARGEST);
    else if (turn % 2 === 0) await edit(200, `${GOOD}# edit ${turn}\n`);
    else await edit(422, `${BAD}# edit ${turn}\n`);
  };

  const scrapes = async (): Promise<void> => {
    for (const { opsPort } of replicas)
      for (const path of ['metrics', 'readyz', 'livez'])
        is((await fetch(`http://127.0.0.1:${opsPort}/${path}`).then(drained)).status, 200);
  };

  const habits = [
    { what: 'create, label, change and delete a Pod', every: 250, once: inTurn(pod) },
    { what: 'apply or delete a workload', every: 1_000, once: inTurn(applied) },
    { what: 'edit the catalog: good, bad, of the largest size', every: 5_000, once: inTurn(edits) },
    { what: 'scrape and probe both replicas', every: 2_000, once: scrapes },
    { what: 'open a connection without a review', every: 250, once: visitor(replicas) },
  ];
  return { habits, late: () => late };
}

function is(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`expected ${String(expected)}, found ${String(found)}`);
}

const inTurn = (work: (turn: number) => Promise<void>): (() => Promise<void>) => {
  let turn = 0;
  return () => work(turn++);
};

async function drained(response: Response): Promise<Response> {
  await response.arrayBuffer();
  return response;
}

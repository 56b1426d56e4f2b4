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

/** Images that Pods ask for, and what they get. */
const IMAGES: readonly (readonly [string, string])[] = [
  ['python3.11', `${HOST}/toolforge-python311-sssd-web:latest`],
  ['tf-python39', `${HOST}/toolforge-python39-sssd-web:latest`],
  [`${HOST}/toolforge-python39-sssd-web:latest`, `${HOST}/toolforge-python39-sssd-web:latest`],
  // Deprecated: it leads to Events.
  ['tf-python37', `${HOST}/toolforge-python37-sssd-web:latest`],
  // Not the catalog's.
  ['tools-harbor.wmcloud.org/tool-soak/soak:latest', 'tools-harbor.wmcloud.org/tool-soak/soak:latest'],
  // Close to a name: a warning.
  ['pythn3.11', 'pythn3.11'],
];
/** Of a Job the template can't be changed. */
const KINDS: readonly ReviewedWorkloadKind[] = ['Deployment', 'CronJob', 'StatefulSet', 'DaemonSet'];
/** How many workloads there are at most. */
const NAMES = 20;

/**
 * What an edit is told that was not judged within our 4 s, or the API server's 5: so it is meant, and says only that the machine had
 * no time for it. Whether that was the reason is in the logs of the replicas.
 */
const LATE = /the review could not be answered: a fault of the webhook|context deadline exceeded/;
/** In the words of a replica's log. */
export const isLateness = (message: string): boolean =>
  /^the catalog thread (took too long|was busy for too long)$/.test(message);

interface Everything {
  readonly habits: readonly Habit[];
  /** Edits so far that were not judged in time. */
  readonly late: () => number;
}

/** All that goes on in a cluster: some twenty calls a second, of which two cores take many times more. */
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
    // Made, changed, deleted, made …
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
    // Once a minute it is as large as may be.
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
    { what: 'Pod created, labelled, given another image, deleted', every: 250, once: inTurn(pod) },
    { what: 'workload applied, or deleted', every: 1_000, once: inTurn(applied) },
    { what: 'catalog edited well, badly, largely', every: 5_000, once: inTurn(edits) },
    { what: 'both replicas scraped and probed', every: 2_000, once: scrapes },
    { what: 'connection that brings no review', every: 250, once: visitor(replicas) },
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

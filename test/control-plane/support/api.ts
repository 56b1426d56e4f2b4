import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';

/** Plain calls to the API server; each fails the test when the answer has another status than expected. */
export interface Api {
  readonly create: (path: string, object: Json) => Promise<Json>;
  /** A create that has to be refused; resolves to the message. */
  readonly refused: (path: string, object: Json) => Promise<string>;
  readonly get: (path: string) => Promise<Json>;
  readonly merge: (path: string, patch: Json) => Promise<Json>;
  /** As kubectl patches: containers are found by their names. */
  readonly strategicMerge: (path: string, patch: Json) => Promise<Json>;
  readonly remove: (path: string) => Promise<void>;
  /** A namespace in which Pods can be created. */
  readonly createNamespace: (name: string, labels?: Record<string, string>) => Promise<void>;
  /** Labels a namespace, and creates it where it is missing; takes the label `tenancy` away again when disposed. */
  readonly labelNamespace: (name: string, labels: Record<string, string>) => Promise<AsyncDisposable>;
}

export function apiOf(controlPlane: AttachedControlPlane): Api {
  const request: AttachedControlPlane['request'] = (path, options) => controlPlane.request(path, options);
  const expected = async (status: number, call: ReturnType<typeof request>): Promise<Json> => {
    const answer = await call;
    expect(answer, answer.body).toMatchObject({ status });
    return JSON.parse(answer.body);
  };
  const patch = (path: string, body: Json, kind: string): Promise<Json> =>
    expected(200, request(path, { method: 'PATCH', body, contentType: `application/${kind}-patch+json` }));
  const api: Api = {
    create: (path, body) => expected(201, request(path, { method: 'POST', body })),
    refused: async (path, body) => {
      const answer = await request(path, { method: 'POST', body });
      expect(answer.status, answer.body).toBeGreaterThanOrEqual(400);
      return JSON.parse(answer.body).message;
    },
    get: (path) => expected(200, request(path)),
    merge: (path, body) => patch(path, body, 'merge'),
    strategicMerge: (path, body) => patch(path, body, 'strategic-merge'),
    remove: async (path) => {
      await expected(200, request(path, { method: 'DELETE' }));
    },
    createNamespace: async (name, labels = {}) => {
      await api.create('/api/v1/namespaces', { metadata: { name, labels } });
      // Without it no Pod can be created there.
      const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
      await until(async () => (await request(account)).status === 200, `the ServiceAccount of ${name}`);
    },
    labelNamespace: async (name, labels) => {
      const path = `/api/v1/namespaces/${name}`;
      if ((await request(path)).status === 404) await api.createNamespace(name, labels);
      else await api.merge(path, { metadata: { labels } });
      return {
        [Symbol.asyncDispose]: async () => {
          await api.merge(path, { metadata: { labels: { tenancy: null } } });
        },
      };
    },
  };
  return api;
}

/** Namespaces that no shipped webhook covers, each with the labels that a test gives it. */
export const uncoveredNamespaces: readonly [string, Record<string, string>][] = [
  ['default', {}],
  ['not-a-tool', { tenancy: 'platform' }],
  // Labelled by mistake. If the webhooks covered their own namespace, their Pods could never start again after an outage.
  ['image-config-admission', { tenancy: 'tool' }],
  ['kube-system', { tenancy: 'tool' }],
];

/** Polls for up to 30 s: the API server learns of a new webhook, for example, by its own watch. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`waited 30 s for ${what}`);
    await pause(50);
  }
}

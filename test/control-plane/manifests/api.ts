import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Json } from '../../support/reviews.ts';
import type { AttachedControlPlane } from '../control-plane.ts';

/** What the tests of the manifests do with the API server: plain calls whose answers are looked at. */
export interface Api {
  readonly create: (path: string, object: Json) => Promise<Json>;
  /** A create that has to be refused; gives the message. */
  readonly refused: (path: string, object: Json) => Promise<string>;
  readonly get: (path: string) => Promise<Json>;
  readonly merge: (path: string, patch: Json) => Promise<Json>;
  /** As kubectl patches: containers are found by their names. */
  readonly strategicMerge: (path: string, patch: Json) => Promise<Json>;
  readonly remove: (path: string) => Promise<void>;
  /** A namespace in which Pods can be created. */
  readonly createNamespace: (name: string, labels?: Record<string, string>) => Promise<void>;
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
  };
  return api;
}

/** Waits for what the API server learns by its own watches, such as a new webhook. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`waited 30 s for ${what}`);
    await pause(50);
  }
}

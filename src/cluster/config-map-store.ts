import { isNotFound, isStale, undefinedIf } from './api-error.ts';
import type { KubernetesObject } from './collection.ts';
import { type ConfigMapCall, configMapPath } from './config-map.ts';

/** A ConfigMap as read. Pass it to `write` to change the ConfigMap. */
export interface ConfigMapRead {
  readonly object: KubernetesObject & { readonly data?: Readonly<Record<string, string>> };
  readonly data: Readonly<Record<string, string>>;
}

/** One ConfigMap that several replicas write, with optimistic concurrency: one write wins, and the others read again. */
export class ConfigMapStore {
  readonly #call: ConfigMapCall;

  constructor(call: ConfigMapCall) {
    this.#call = call;
  }

  /** Undefined if the ConfigMap does not exist. Rejects as `Connection.call` does. */
  async read(): Promise<ConfigMapRead | undefined> {
    const { connection, signal } = this.#call;
    const found = await undefinedIf(isNotFound, connection.call({ path: configMapPath(this.#call), signal }));
    if (found === undefined) return undefined;
    const object = found as ConfigMapRead['object'];
    return { object, data: object.data ?? {} };
  }

  /** Replaces these keys and keeps the others. False if another client has changed or deleted the ConfigMap since. */
  async write({ object, data }: ConfigMapRead, changed: Readonly<Record<string, string>>): Promise<boolean> {
    const { connection, signal } = this.#call;
    const call = { method: 'PUT', path: configMapPath(this.#call), signal } as const;
    const body = { ...object, data: { ...data, ...changed } };
    return (await undefinedIf(isStale, connection.call({ ...call, body }))) !== undefined;
  }
}

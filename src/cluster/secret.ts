import { isNotFound, isStale, undefinedIf } from './api-error.ts';
import { type Collection, type KubernetesObject, onlyNamed } from './collection.ts';
import type { Call, Connection } from './connection.ts';

/** A Secret as read. Pass it to `write` to change the Secret. */
export interface SecretRead {
  readonly object: WireSecret;
  /** Decoded from base64. Bytes that are not UTF-8 become replacement characters. */
  readonly data: Readonly<Record<string, string>>;
}

/** The keys to write. An undefined value removes the key; other keys stay. */
export type SecretData = Readonly<Record<string, string | undefined>>;

export interface SecretOptions {
  readonly connection: Connection;
  readonly namespace: string;
  readonly name: string;
  /** Milliseconds for each call. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/**
 * One Secret that several replicas write, with optimistic concurrency: one write wins, and the others read again. No Lease is
 * needed.
 */
export class SecretStore {
  readonly collection: Collection;
  readonly #options: SecretOptions;
  readonly #path: string;

  constructor(options: SecretOptions) {
    const path = `/api/v1/namespaces/${options.namespace}/secrets`;
    this.collection = onlyNamed(path, options.name);
    this.#options = options;
    this.#path = `${path}/${options.name}`;
  }

  /** Undefined if the Secret does not exist. */
  async read(): Promise<SecretRead | undefined> {
    const found = await undefinedIf(isNotFound, this.#call({ path: this.#path }));
    if (found === undefined) return undefined;
    const object = found as WireSecret;
    return { object, data: decoded(object.data ?? {}) };
  }

  /** Creates the Secret if `read` is undefined. False if another client has created, changed or deleted it since. */
  async write(read: SecretRead | undefined, data: SecretData): Promise<boolean> {
    const call = read ? this.#update(read, data) : this.#create(data);
    return (await undefinedIf(isStale, call)) !== undefined;
  }

  #create(data: SecretData): Promise<unknown> {
    const { name } = this.#options;
    return this.#call({
      method: 'POST',
      path: this.collection.path,
      // The type that certificate tools look for; it requires tls.crt and tls.key.
      body: { metadata: { name }, type: 'kubernetes.io/tls', data: encoded(data) },
    });
  }

  /** Keeps labels, annotations and the other keys as read. */
  #update({ object }: SecretRead, data: SecretData): Promise<unknown> {
    const others = without(object.data ?? {}, Object.keys(data));
    return this.#call({
      method: 'PUT',
      path: this.#path,
      body: { ...object, data: { ...others, ...encoded(data) } },
    });
  }

  #call(call: Omit<Call, 'signal'>): Promise<unknown> {
    const { connection, timeout, signal } = this.#options;
    return connection.call({ ...call, signal }, timeout);
  }
}

interface WireSecret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

const decoded = (data: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );

/** The other keys, still in base64: they may not be text. */
const without = (data: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key)));

const encoded = (data: SecretData): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, Buffer.from(value).toString('base64')]],
    ),
  );

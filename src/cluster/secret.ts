import { isConflict, isNotFound } from './api-error.ts';
import { type Collection, type KubernetesObject, onlyNamed } from './collection.ts';
import type { Call, Connection } from './connection.ts';

/** A Secret as it was read: who writes it again hands this back. */
export interface SecretRead {
  readonly object: WireSecret;
  /** Decoded; what is not UTF-8 has become replacement characters. */
  readonly data: Readonly<Record<string, string>>;
}

/** What to write; a key without a value goes, a key that is not named stays. */
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
 * One Secret that several replicas write. Who writes says what was read before, and comes to false when somebody else has
 * written since: one of them wins, the others look again, and no Lease is needed.
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

  /** Undefined: there is none. */
  async read(): Promise<SecretRead | undefined> {
    try {
      const object = (await this.#call({ path: this.#path })) as WireSecret;
      return { object, data: decoded(object.data ?? {}) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** `read` undefined: there was none. */
  async write(read: SecretRead | undefined, data: SecretData): Promise<boolean> {
    try {
      await (read ? this.#update(read, data) : this.#create(data));
      return true;
    } catch (error) {
      // Gone since the read is a conflict, too.
      if (isConflict(error) || isNotFound(error)) return false;
      throw error;
    }
  }

  #create(data: SecretData): Promise<unknown> {
    const { name } = this.#options;
    return this.#call({
      method: 'POST',
      path: this.collection.path,
      // A type that whoever watches over certificates knows; it asks for tls.crt and tls.key.
      body: { metadata: { name }, type: 'kubernetes.io/tls', data: encoded(data) },
    });
  }

  /** Labels, annotations and keys of somebody else's stay as they were read. */
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

/** What stays keeps its bytes: it need not be text. */
const without = (data: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key)));

const encoded = (data: SecretData): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, Buffer.from(value).toString('base64')]],
    ),
  );

import { isConflict, isNotFound, isStale, undefinedIf } from './api-error.ts';
import type { KubernetesObject } from './collection.ts';
import type { Connection } from './connection.ts';

/** A Lease as read. Pass it to `hold` or `release` to write it. */
export interface Lease {
  /** The resourceVersion, which every write changes. */
  readonly version: string;
  /** Empty: the Lease is free. */
  readonly holder: string;
  /** Milliseconds after which another candidate may take it (leaseDurationSeconds); undefined if absent. */
  readonly duration: number | undefined;
  readonly object: WireLease;
}

export interface LeaseOptions {
  readonly connection: Connection;
  readonly namespace: string;
  readonly name: string;
  /** The name of our Pod, for human readers. An election compares versions, never names. */
  readonly identity: string;
  /** Milliseconds after which others may take the Lease. Written in whole seconds, rounded up. */
  readonly duration: number;
  /** Milliseconds per call. */
  readonly timeout: number;
  /** For the times in the Lease, which are for human readers. */
  readonly now: () => Date;
}

/**
 * One Lease, written as client-go's tools/leaderelection does. A write resolves to undefined if another client was faster. It
 * cannot be aborted: after an aborted write we would not know whether we hold a Lease to release.
 */
export class LeaseStore {
  readonly #options: LeaseOptions;
  readonly #collection: string;
  readonly #path: string;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#collection = `/apis/coordination.k8s.io/v1/namespaces/${options.namespace}/leases`;
    this.#path = `${this.#collection}/${options.name}`;
  }

  /** Undefined if the Lease does not exist. A GET without a resourceVersion reads from etcd, so it is never stale. */
  async read(signal: AbortSignal): Promise<Lease | undefined> {
    const { connection, timeout } = this.#options;
    const found = await undefinedIf(isNotFound, connection.call({ path: this.#path, signal }, timeout));
    return found === undefined ? undefined : read(found);
  }

  /** Creates the Lease, held by us. */
  create(): Promise<Lease | undefined> {
    const metadata = { namespace: this.#options.namespace, name: this.#options.name };
    const spec = { ...this.#held(), acquireTime: this.#time(), leaseTransitions: 0 };
    // 404 rejects: the namespace is missing.
    return undefinedIf(isConflict, this.#write('POST', this.#collection, { ...HEAD, metadata, spec }));
  }

  /** Takes or renews the Lease. */
  hold({ object, holder }: Lease): Promise<Lease | undefined> {
    const { leaseTransitions = 0 } = object.spec;
    const changed =
      holder === this.#options.identity
        ? {}
        : { acquireTime: this.#time(), leaseTransitions: leaseTransitions + 1 };
    return this.#update(object, { ...this.#held(), ...changed });
  }

  /** Releases the Lease: the next candidate may take it at once. */
  release({ object }: Lease): Promise<Lease | undefined> {
    const time = this.#time();
    const times = { acquireTime: time, renewTime: time };
    return this.#update(object, { holderIdentity: '', leaseDurationSeconds: 1, ...times });
  }

  #held() {
    const { identity, duration } = this.#options;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(duration / 1_000),
      renewTime: this.#time(),
    };
  }

  /** Keeps labels, annotations, other fields and the resourceVersion as read. */
  #update(object: WireLease, spec: WireLease['spec']): Promise<Lease | undefined> {
    return undefinedIf(
      isStale,
      this.#write('PUT', this.#path, { ...object, spec: { ...object.spec, ...spec } }),
    );
  }

  async #write(method: 'POST' | 'PUT', path: string, body: object): Promise<Lease> {
    const { connection, timeout } = this.#options;
    return read(await connection.call({ method, path, body, signal: new AbortController().signal }, timeout));
  }

  /** A MicroTime: six decimals are required, and a Date has three. */
  #time(): string {
    return this.#options.now().toISOString().replace('Z', '000Z');
  }
}

const HEAD = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };

interface WireLease extends KubernetesObject {
  readonly spec: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

function read(object: unknown): Lease {
  const { spec = {}, ...rest } = object as Partial<WireLease> & KubernetesObject;
  const { holderIdentity = '', leaseDurationSeconds } = spec;
  return {
    version: rest.metadata.resourceVersion,
    holder: holderIdentity,
    duration: leaseDurationSeconds === undefined ? undefined : leaseDurationSeconds * 1_000,
    object: { ...rest, spec },
  };
}

import { isConflict, isNotFound } from './api-error.ts';
import type { KubernetesObject } from './collection.ts';
import type { Connection } from './connection.ts';

/** A Lease as it was read: who writes it again hands this back. */
export interface Lease {
  /** Another one after each write, whoever wrote. */
  readonly version: string;
  /** Empty: nobody, so that it may be taken at once. */
  readonly holder: string;
  /** Milliseconds after which it may be taken from its holder; undefined where none are named. */
  readonly duration: number | undefined;
  readonly object: WireLease;
}

export interface LeaseOptions {
  readonly connection: Connection;
  readonly namespace: string;
  readonly name: string;
  /** Who we are, for people who look: the name of our Pod. Who holds a Lease is told by its version, never by this. */
  readonly identity: string;
  /** Milliseconds after which others may take it from us; whole seconds are written, rounded up. */
  readonly duration: number;
  /** Milliseconds for each call. */
  readonly timeout: number;
  /** For the times in it, which only people read. */
  readonly now: () => Date;
}

/**
 * One Lease, as client-go's tools/leaderelection writes it. A write comes to undefined when somebody else was faster, and
 * cannot be called off: one that may or may not have happened leaves a Lease that nobody can give back.
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

  /** Undefined: there is none. A plain GET is answered from etcd, so it never shows less than was written before. */
  async read(signal: AbortSignal): Promise<Lease | undefined> {
    const { connection, timeout } = this.#options;
    try {
      return read(await connection.call({ path: this.#path, signal }, timeout));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** In our name. */
  async create(): Promise<Lease | undefined> {
    const metadata = { namespace: this.#options.namespace, name: this.#options.name };
    const spec = { ...this.#held(), acquireTime: this.#time(), leaseTransitions: 0 };
    try {
      return await this.#write('POST', this.#collection, { ...HEAD, metadata, spec });
    } catch (error) {
      // Not 404: a namespace that is missing is a fault.
      if (isConflict(error)) return undefined;
      throw error;
    }
  }

  /** Takes it, or takes it for longer. */
  hold({ object, holder }: Lease): Promise<Lease | undefined> {
    const { leaseTransitions = 0 } = object.spec;
    const changed =
      holder === this.#options.identity
        ? {}
        : { acquireTime: this.#time(), leaseTransitions: leaseTransitions + 1 };
    return this.#update(object, { ...this.#held(), ...changed });
  }

  /** Gives it back: whoever looks next may take it. */
  release({ object }: Lease): Promise<Lease | undefined> {
    const [acquireTime, renewTime] = [this.#time(), this.#time()];
    return this.#update(object, { holderIdentity: '', leaseDurationSeconds: 1, acquireTime, renewTime });
  }

  #held() {
    const { identity, duration } = this.#options;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(duration / 1_000),
      renewTime: this.#time(),
    };
  }

  /** Labels, annotations and fields of somebody else's stay as they were read; so does the version that was read. */
  async #update(object: WireLease, spec: WireLease['spec']): Promise<Lease | undefined> {
    try {
      return await this.#write('PUT', this.#path, { ...object, spec: { ...object.spec, ...spec } });
    } catch (error) {
      // Gone since the read is a conflict, too.
      if (isConflict(error) || isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #write(method: 'POST' | 'PUT', path: string, body: object): Promise<Lease> {
    const { connection, timeout } = this.#options;
    return read(await connection.call({ method, path, body, signal: new AbortController().signal }, timeout));
  }

  /** A MicroTime: it has to have six decimals, of which a Date knows three. */
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

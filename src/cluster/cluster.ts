import { setMaxListeners } from 'node:events';
import type { Collection } from './collection.ts';
import { type ConfigMap, type ConfigMapOptions, configMapWatch, getConfigMap } from './config-map.ts';
import { ConfigMapStore } from './config-map-store.ts';
import { type Connection, connect } from './connection.ts';
import { Election, type ElectionOptions } from './election.ts';
import { type EventFacts, type EventOptions, type RecordedEvent, recordEvent } from './events.ts';
import { type ClusterLocation, findApiAccess } from './kubeconfig/api-access.ts';
import { type LeaseOptions, LeaseStore } from './lease.ts';
import { type ListOptions, type ListProgress, listAll, SerialQueue } from './list.ts';
import { electionTimes } from './observed-lease.ts';
import { type SecretOptions, SecretStore } from './secret.ts';
import { CollectionWatch, type CollectionWatchOptions } from './watch.ts';
import { WebhookConfigurations, type WebhookConfigurationsOptions } from './webhook-configurations.ts';

export interface ClusterOptions extends ClusterLocation {
  /** Our name in Events and in the User-Agent, such as image-config-admission. */
  readonly component: string;
  readonly version: string;
}

/** Callbacks about the state of a watch. */
export type WatchHealth = Pick<CollectionWatchOptions<unknown>, 'onHeartbeat' | 'onTrouble'>;

export interface ListingOptions<Kept> extends Pick<ListOptions<Kept>, 'keep'> {
  /** Called for each page. */
  readonly onPage: (progress: ListProgress) => void;
}

/** Milliseconds per page: the API server's own limit for a request (--request-timeout). */
const PAGE_TIMEOUT = 60_000;

/** Objects per page, as in kubectl. A program that lists once answers no reviews, so the pages may be larger than those of a watch. */
const PAGE = 500;

/** How to record an Event that may already exist. */
export type RecordingOptions = Pick<EventOptions, 'freshFor' | 'messagePrefix' | 'lastCount'>;

export type CandidateOptions = Omit<ElectionOptions, 'store' | 'clock'> &
  Pick<LeaseOptions, 'namespace' | 'name' | 'identity' | 'now'>;

/**
 * Sends every request of this program to a cluster; its Roles must allow all of them. The requests share a few connections,
 * and `close` ends them.
 */
export class Cluster {
  /** The namespace of our own Pod; undefined outside a cluster. */
  readonly namespace: string | undefined;
  readonly #connection: Connection;
  readonly #component: string;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  readonly #lists = new SerialQueue();

  /** Sends nothing yet. Throws an error whose message is for the user. */
  constructor({ component, version, ...where }: ClusterOptions) {
    const access = findApiAccess(where);
    this.namespace = access.namespace;
    this.#connection = connect(access, `${component}/${version}`);
    this.#component = component;
    // Each watch adds one or two listeners and each call one. Node warns of a leak above ten.
    setMaxListeners(0, this.#stop.signal);
  }

  /** Such as https://10.96.0.1:443. */
  get server(): string {
    return this.#connection.server;
  }

  /** Aborted by `close`. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Reads the ConfigMap once. Rejects with an `ApiError`, or with the error that prevented a response. */
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return getConfigMap({ connection: this.#connection, namespace, name, signal: this.signal });
  }

  configMapStore(namespace: string, name: string): ConfigMapStore {
    return new ConfigMapStore({ connection: this.#connection, namespace, name, signal: this.signal });
  }

  /** Lists all objects of a collection once, by key. Rejects as `configMap` does. */
  async list<Kept>(
    collection: Collection,
    { keep, onPage }: ListingOptions<Kept>,
  ): Promise<ReadonlyMap<string, Kept>> {
    const [connection, signal] = [this.#connection, this.signal];
    const options = {
      connection,
      collection,
      keep,
      page: PAGE,
      onHeartbeat: onPage,
      timeout: PAGE_TIMEOUT,
      signal,
    };
    return (await listAll(options)).objects;
  }

  watchConfigMap(options: Omit<ConfigMapOptions, 'connection'>): void {
    const watch = configMapWatch({ ...options, connection: this.#connection });
    this.#running.push(watch.run(this.signal));
  }

  /**
   * Watches a collection, and stores the result of `keep` for each object. All these watches together list one page at a
   * time: parsing eight pages at once would delay reviews.
   */
  watchCollection<Kept>(
    collection: Collection,
    options: WatchHealth & Pick<CollectionWatchOptions<Kept>, 'keep' | 'onChange'>,
  ): void {
    this.#watch(collection, { ...options, queue: this.#lists });
  }

  /** Watches a collection without its objects, for a caller that reads the whole state after each change. */
  watchForChanges(collection: Collection, options: WatchHealth & { readonly onChange: () => void }): void {
    this.#watch(collection, { ...options, keep: () => undefined });
  }

  recordEvent(event: EventFacts, now: Date, recording: RecordingOptions = {}): Promise<RecordedEvent> {
    const [connection, component, signal] = [this.#connection, this.#component, this.signal];
    return recordEvent(event, { ...recording, connection, component, now, signal });
  }

  /** Takes part in a leader election until `close`, which releases the Lease. */
  elect({ namespace, name, identity, now, ...options }: CandidateOptions): Election {
    const { duration, timeout } = options.times ?? electionTimes;
    const lease = { namespace, name, identity, duration, timeout, now };
    const store = new LeaseStore({ ...lease, connection: this.#connection });
    const election = new Election({ ...options, store });
    this.#running.push(election.run(this.signal));
    return election;
  }

  secret(options: Omit<SecretOptions, 'connection'>): SecretStore {
    return new SecretStore({ ...options, connection: this.#connection });
  }

  webhookConfigurations(options: Omit<WebhookConfigurationsOptions, 'connection'>): WebhookConfigurations {
    return new WebhookConfigurations({ ...options, connection: this.#connection });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    this.#connection.close();
  }

  #watch<Kept>(
    collection: Collection,
    options: Omit<CollectionWatchOptions<Kept>, 'connection' | 'collection'>,
  ): void {
    const watch = new CollectionWatch({ ...options, connection: this.#connection, collection });
    this.#running.push(watch.run(this.signal));
  }
}

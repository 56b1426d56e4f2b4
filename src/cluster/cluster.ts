import { setMaxListeners } from 'node:events';
import type { Collection } from './collection.ts';
import { type ConfigMap, type ConfigMapOptions, configMapWatch, getConfigMap } from './config-map.ts';
import { type Connection, connect } from './connection.ts';
import { Election, type ElectionOptions } from './election.ts';
import { type EventFacts, type EventOptions, type RecordedEvent, recordEvent } from './events.ts';
import { type ClusterLocation, findApiAccess } from './kubeconfig/api-access.ts';
import { type LeaseOptions, LeaseStore } from './lease.ts';
import { type ListOptions, type ListProgress, listAll } from './list.ts';
import { electionTimes } from './observed-lease.ts';
import { type SecretOptions, SecretStore } from './secret.ts';
import { SerialQueue } from './serial-queue.ts';
import { CollectionWatch, type CollectionWatchOptions } from './watch.ts';
import { WebhookConfigurations, type WebhookConfigurationsOptions } from './webhook-configurations.ts';

export interface ClusterOptions extends ClusterLocation {
  /** Who we are, in Events and to the API server. */
  readonly component: string;
  readonly version: string;
}

/** What a watch tells beside what it watches. */
export type WatchHealth = Pick<CollectionWatchOptions<unknown>, 'onHeartbeat' | 'onTrouble'>;

/** What is kept of each object of a list, and who hears how far it has come. */
export interface ListingOptions<Kept> extends Pick<ListOptions<Kept>, 'keep'> {
  /** Called for each page. */
  readonly onPage: (progress: ListProgress) => void;
}

/** Milliseconds for a page. An API server gives up a request of its own after as many (--request-timeout). */
const PAGE_TIMEOUT = 60_000;

/** Objects a page, as kubectl does it: whoever lists once waits for nothing else. */
const PAGE = 500;

/** How to record an Event that may be there already. */
export type RecordingOptions = Pick<EventOptions, 'freshFor' | 'messagePrefix' | 'lastCount'>;

export type CandidateOptions = Omit<ElectionOptions, 'store' | 'clock'> &
  Pick<LeaseOptions, 'namespace' | 'name' | 'identity' | 'now'>;

/**
 * All that this program says to a cluster, and so all that its Roles have to allow. Everything goes over the same few
 * connections, and ends with `close`.
 */
export class Cluster {
  /** Of the Pod that we run in; undefined elsewhere. */
  readonly namespace: string | undefined;
  readonly #connection: Connection;
  readonly #component: string;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];
  readonly #lists = new SerialQueue();

  /** Throws with words for whoever started the program. Nothing is said to the API server yet. */
  constructor({ component, version, ...where }: ClusterOptions) {
    const access = findApiAccess(where);
    this.namespace = access.namespace;
    this.#connection = connect(access, `${component}/${version}`);
    this.#component = component;
    // Each watch listens for the end once or twice, each call once: more than ten, which Node takes for a leak.
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

  /** Once, and as it is now. Rejects with an `ApiError`, or with whatever kept the answer from coming. */
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return getConfigMap({ connection: this.#connection, namespace, name, signal: this.signal });
  }

  /** All objects of a collection once, by their keys. Rejects as `configMap` does, with nothing half done. */
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
   * Everything in a collection, and of each object what `keep` makes of it. Of several collections one page is listed at a
   * time: eight that come together would be read in one go, and hold up whatever else there is to answer.
   */
  watchCollection<Kept>(
    collection: Collection,
    options: WatchHealth & Pick<CollectionWatchOptions<Kept>, 'keep' | 'onChange'>,
  ): void {
    this.#watch(collection, { ...options, queue: this.#lists });
  }

  /** Tells that something has changed, for who looks at the whole state anyway. */
  watchForChanges(collection: Collection, options: WatchHealth & { readonly onChange: () => void }): void {
    this.#watch(collection, { ...options, keep: () => undefined });
  }

  recordEvent(event: EventFacts, now: Date, recording: RecordingOptions = {}): Promise<RecordedEvent> {
    const [connection, component, signal] = [this.#connection, this.#component, this.signal];
    return recordEvent(event, { ...recording, connection, component, now, signal });
  }

  /** Stands for election as long as this is open: closing gives the Lease back. */
  elect({ namespace, name, identity, now, ...options }: CandidateOptions): Election {
    const { duration, answer } = options.times ?? electionTimes;
    const [connection, timeout] = [this.#connection, answer];
    const store = new LeaseStore({ connection, namespace, name, identity, duration, timeout, now });
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

import { setMaxListeners } from 'node:events';
import type { Collection } from './collection.ts';
import { type ConfigMapOptions, configMapWatch } from './config-map.ts';
import { type Connection, connect } from './connection.ts';
import { type EventFacts, recordEvent } from './events.ts';
import { loadKubeConfig, type WhereTheClusterIs } from './kubeconfig.ts';
import { type SecretOptions, SecretStore } from './secret.ts';
import { Watch, type WatchOptions } from './watch.ts';
import { WebhookConfigurations, type WebhookConfigurationsOptions } from './webhook-configurations.ts';

export interface ClusterOptions extends WhereTheClusterIs {
  /** Who we are, in Events and to the API server. */
  readonly component: string;
  readonly version: string;
}

/** What a watch tells beside what it watches. */
export type WatchLife = Pick<WatchOptions<unknown>, 'onLife' | 'onTrouble'>;

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
  readonly #watches: Promise<void>[] = [];

  /** Throws with words for whoever started the program. Nothing is said to the API server yet. */
  constructor({ component, version, ...where }: ClusterOptions) {
    const { config, namespace } = loadKubeConfig(where);
    this.namespace = namespace;
    this.#connection = connect(config, `${component}/${version}`);
    this.#component = component;
    // Each watch listens for the end once or twice, each call once: a dozen at most, which Node takes for a leak.
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

  watchConfigMap(options: Omit<ConfigMapOptions, 'connection'>): void {
    const watch = configMapWatch({ ...options, connection: this.#connection });
    this.#watches.push(watch.run(this.signal));
  }

  /** Tells that something has changed, for who looks at the whole state anyway. */
  watchForChanges(collection: Collection, options: WatchLife & { readonly onChange: () => void }): void {
    const watch = new Watch({ ...options, connection: this.#connection, collection, keep: () => undefined });
    this.#watches.push(watch.run(this.signal));
  }

  recordEvent(event: EventFacts, now: Date): Promise<void> {
    const [connection, component, signal] = [this.#connection, this.#component, this.signal];
    return recordEvent(event, { connection, component, now, signal });
  }

  secret(options: Omit<SecretOptions, 'connection'>): SecretStore {
    return new SecretStore({ ...options, connection: this.#connection });
  }

  webhookConfigurations(options: Omit<WebhookConfigurationsOptions, 'connection'>): WebhookConfigurations {
    return new WebhookConfigurations({ ...options, connection: this.#connection });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#watches);
    this.#connection.close();
  }
}

import { isNotFound, isStale, undefinedIf } from './api-error.ts';
import { type Collection, type KubernetesObject, onlyNamed } from './collection.ts';
import type { Call, Connection } from './connection.ts';

/** The fields of a webhook configuration that this program reads. */
export interface WebhookConfiguration {
  /** The path of the object. */
  readonly path: string;
  readonly version: string;
  /** Only our webhooks. */
  readonly webhooks: readonly ConfiguredWebhook[];
}

export interface ConfiguredWebhook {
  readonly name: string;
  /** Its index in the object's `webhooks`. */
  readonly index: number;
  /** The CA bundle (PEM) by which the API server trusts a serving certificate; empty where there is none. */
  readonly caBundle: string;
}

export interface WebhookConfigurationsOptions {
  readonly connection: Connection;
  /** Object names. */
  readonly validating: string;
  readonly mutating: string;
  /** A webhook is ours if its name ends with this, whether it has a Service or a URL. */
  readonly suffix: string;
  /** Milliseconds for each call. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

const GROUP = '/apis/admissionregistration.k8s.io/v1';

/** The two webhook configurations. Only the `caBundle` of our webhooks is ever written. */
export class WebhookConfigurations {
  readonly collections: readonly Collection[];
  readonly #options: WebhookConfigurationsOptions;
  readonly #paths: readonly string[];

  constructor(options: WebhookConfigurationsOptions) {
    const named = [
      [`${GROUP}/validatingwebhookconfigurations`, options.validating],
      [`${GROUP}/mutatingwebhookconfigurations`, options.mutating],
    ] as const;
    this.collections = named.map(([path, name]) => onlyNamed(path, name));
    this.#options = options;
    this.#paths = named.map(([path, name]) => `${path}/${name}`);
  }

  /** The configurations that exist. */
  async read(): Promise<readonly WebhookConfiguration[]> {
    const found = await Promise.all(this.#paths.map((path) => this.#readOne(path)));
    return found.filter((configuration) => configuration !== undefined);
  }

  /** Writes a bundle to all our webhooks of a configuration. False if the configuration has changed or was deleted since. */
  async write({ path, version, webhooks }: WebhookConfiguration, bundle: string): Promise<boolean> {
    const value = Buffer.from(bundle).toString('base64');
    const operations = webhooks.map(({ index }) => ({
      op: 'add', // also replaces
      path: `/webhooks/${index}/clientConfig/caBundle`,
      value,
    }));
    const call = this.#call({
      method: 'PATCH',
      path,
      contentType: 'application/json-patch+json',
      body: [{ op: 'replace', path: '/metadata/resourceVersion', value: version }, ...operations],
    });
    return (await undefinedIf(isStale, call)) !== undefined;
  }

  async #readOne(path: string): Promise<WebhookConfiguration | undefined> {
    const found = await undefinedIf(isNotFound, this.#call({ path }));
    if (found === undefined) return undefined;
    const { metadata, webhooks } = found as WireConfiguration;
    return { path, version: metadata.resourceVersion, webhooks: this.#ours(webhooks ?? []) };
  }

  #ours(webhooks: NonNullable<WireConfiguration['webhooks']>): readonly ConfiguredWebhook[] {
    return webhooks
      .map(({ name, clientConfig: { caBundle = '' } }, index) => ({
        name,
        index,
        caBundle: Buffer.from(caBundle, 'base64').toString('utf8'),
      }))
      .filter(({ name }) => name.endsWith(this.#options.suffix));
  }

  #call(call: Omit<Call, 'signal'>): Promise<unknown> {
    const { connection, timeout, signal } = this.#options;
    return connection.call({ ...call, signal }, timeout);
  }
}

interface WireConfiguration extends KubernetesObject {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig: { readonly caBundle?: string };
  }[];
}

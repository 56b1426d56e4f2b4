import { isConflict, isNotFound } from './api-error.ts';
import { type Collection, type KubernetesObject, onlyNamed } from './collection.ts';
import type { Call, Connection } from './connection.ts';

/** What is read of a webhook configuration. */
export interface WebhookConfiguration {
  /** Its own path. */
  readonly path: string;
  readonly version: string;
  /** Those that are ours. */
  readonly webhooks: readonly ConfiguredWebhook[];
}

export interface ConfiguredWebhook {
  readonly name: string;
  /** Where it stands in its configuration. */
  readonly index: number;
  /** The CA bundle (PEM) by which the API server trusts a serving certificate; empty where there is none. */
  readonly caBundle: string;
}

export interface WebhookConfigurationsOptions {
  readonly connection: Connection;
  /** Names of the two objects. */
  readonly validating: string;
  readonly mutating: string;
  /** Whose webhooks are ours: by the end of their names, whether a Service or a URL stands in them. */
  readonly suffix: string;
  /** Milliseconds for each call. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

const GROUP = '/apis/admissionregistration.k8s.io/v1';

/** The two webhook configurations: of them only `caBundle` is ever written, and only where it differs. */
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

  /** Those that there are. */
  async read(): Promise<readonly WebhookConfiguration[]> {
    const found = await Promise.all(this.#paths.map((path) => this.#readOne(path)));
    return found.filter((configuration) => configuration !== undefined);
  }

  /**
   * Puts a bundle into all our webhooks of a configuration; comes to false when the configuration has changed since it was
   * read: then neither the places nor the decision need be right any more.
   */
  async write({ path, version, webhooks }: WebhookConfiguration, bundle: string): Promise<boolean> {
    const value = Buffer.from(bundle).toString('base64');
    const operations = webhooks.map(({ index }) => ({
      op: 'add', // it replaces, too
      path: `/webhooks/${index}/clientConfig/caBundle`,
      value,
    }));
    try {
      await this.#call({
        method: 'PATCH',
        path,
        contentType: 'application/json-patch+json',
        body: [{ op: 'replace', path: '/metadata/resourceVersion', value: version }, ...operations],
      });
      return true;
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) return false;
      throw error;
    }
  }

  async #readOne(path: string): Promise<WebhookConfiguration | undefined> {
    try {
      const { metadata, webhooks } = (await this.#call({ path })) as WireConfiguration;
      return { path, version: metadata.resourceVersion, webhooks: this.#ours(webhooks ?? []) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
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

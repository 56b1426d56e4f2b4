import { buildLookup, type Lookup } from '../../catalog/lookup.ts';
import { counted } from '../../catalog/wording.ts';
import { pause } from '../../cluster/back-off.ts';
import type { WatchHealth } from '../../cluster/cluster.ts';
import type { CatalogThread } from '../../server/catalog-thread-client.ts';
import { decodeState, type StateSettings } from '../../site/state.ts';
import { secondOf } from '../../site/use.ts';
import type { TaggedText } from './read-state.ts';
import type { Shown } from './source.ts';

/** How a text becomes a catalog. */
export type CatalogTerms = Pick<StateSettings, 'policy' | 'precedence'>;

export interface StateSourceOptions {
  /** Resolves to undefined if the state still has this tag. */
  readonly read: (etag: string | undefined, signal: AbortSignal) => Promise<TaggedText | undefined>;
  /** The text of the catalog, read while there never was a state; undefined where nothing else has it. */
  readonly catalogText?: (() => Promise<string | undefined>) | undefined;
  /** For that text; a state brings its own. */
  readonly terms: CatalogTerms;
  /** Loads a text as a catalog. */
  readonly load: (text: string, terms: CatalogTerms) => ReturnType<CatalogThread['load']>;
  /** Milliseconds between two readings. */
  readonly every: number;
  readonly now: () => Date;
  readonly health: WatchHealth;
}

/**
 * Reads what `serve` knows, and keeps the last good state while it does not answer. Before the first state it reads at least the
 * catalog, so that a site which starts while `serve` is away shows the images.
 */
export class StateSource {
  readonly #options: StateSourceOptions;
  #etag: string | undefined;
  #loaded: { readonly key: string; readonly lookup: Lookup } | undefined;
  /** When the state was last read or confirmed. */
  #answered: string | undefined;
  #shown: Shown;

  constructor(options: StateSourceOptions) {
    this.#options = options;
    const use = { known: false, since: secondOf(options.now()), why: NO_ANSWER } as const;
    this.#shown = { lookup: undefined, use };
  }

  get shown(): Shown {
    return this.#shown;
  }

  /** Reads again and again until the signal; `onAttempt` is called after each attempt. */
  async run(signal: AbortSignal, onAttempt: () => void = () => {}): Promise<void> {
    while (!signal.aborted) {
      await this.readOnce(signal);
      onAttempt();
      await pause(this.#options.every, signal);
    }
  }

  /** Never rejects: a failure is reported, and changes what is shown. */
  async readOnce(signal: AbortSignal): Promise<void> {
    const { read, every, now, health } = this.#options;
    try {
      const found = await read(this.#etag, signal);
      if (found) await this.#take(found);
      this.#answered = secondOf(now());
      if (this.#shown.staleSince !== undefined) this.#shown = { ...this.#shown, staleSince: undefined };
      health.onHeartbeat();
    } catch (error) {
      if (signal.aborted) return;
      health.onTrouble(error, every);
      if (this.#answered === undefined) await this.#showCatalogAlone();
      else if (this.#shown.staleSince === undefined)
        this.#shown = { ...this.#shown, staleSince: this.#answered };
    }
  }

  async #take({ text, etag }: TaggedText): Promise<void> {
    const { catalog, outdated, use, settings } = decodeState(text);
    const lookup = catalog ? await this.#lookupOf(catalog.text, settings) : this.#loaded?.lookup;
    const { staleSince } = this.#shown;
    const { pastRemoval } = settings;
    this.#shown = { lookup, use, outdated: outdated ?? undefined, pastRemoval, staleSince };
    this.#etag = etag;
  }

  async #showCatalogAlone(): Promise<void> {
    const { catalogText, terms } = this.#options;
    try {
      const text = await catalogText?.();
      if (text !== undefined) this.#shown = { ...this.#shown, lookup: await this.#lookupOf(text, terms) };
    } catch {
      // The state is missing for a reason that has been reported; this would have been a makeshift.
    }
  }

  /** The same value for the same text. Rejects for a catalog with errors. */
  async #lookupOf(text: string, { policy, precedence }: CatalogTerms): Promise<Lookup> {
    const key = JSON.stringify([policy, precedence, text]);
    if (this.#loaded?.key === key) return this.#loaded.lookup;
    const { catalog, errors, problems } = await this.#options.load(text, { policy, precedence });
    if (!catalog)
      throw new Error(
        `this site finds ${counted(errors, 'error')} in the catalog that is served, such as ${problems[0]}: run serve and site of the same release`,
      );
    const lookup = buildLookup(catalog, precedence);
    this.#loaded = { key, lookup };
    return lookup;
  }
}

const NO_ANSWER = 'the admission webhook does not answer this site';

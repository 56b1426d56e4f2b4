import type { Catalog } from '../catalog/entry.ts';
import type { Lookup } from '../catalog/lookup.ts';
import type { Log } from '../log.ts';
import type { LoadReport } from './catalog-thread-client.ts';
import type { CatalogState } from './health.ts';
import type { CatalogMetrics } from './metrics/catalog.ts';

/** The result of reading the catalog's file or ConfigMap. */
export type ObservedCatalog =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent'; readonly fault?: string }
  /** `seen` is true if something was found that cannot be a catalog, and false if reading was forbidden or failed. */
  | { readonly kind: 'unreadable'; readonly fault: string; readonly seen: boolean };

export interface LiveCatalogOptions {
  /** Checks a text on another thread. */
  readonly load: (text: string) => Promise<LoadReport>;
  readonly index: (catalog: Catalog) => Lookup;
  readonly log: Log;
  readonly metrics: CatalogMetrics;
  readonly now: () => Date;
}

/**
 * The catalog that answers come from: the last good one, swapped whole; and the state of the newest text. It checks one text
 * at a time. Of the texts that arrive meanwhile it checks only the last.
 */
export class LiveCatalog {
  readonly #options: LiveCatalogOptions;
  #lookup: Lookup | undefined;
  #text: string | undefined;
  #state: CatalogState = { kind: 'unknown' };
  #newest: ObservedCatalog | undefined;
  #checking: Promise<void> | undefined;
  #closed = false;

  constructor(options: LiveCatalogOptions) {
    this.#options = options;
  }

  /** The lookup of the last good text; undefined before the first. */
  get lookup(): Lookup | undefined {
    return this.#lookup;
  }

  /** The last good text, from which `lookup` is made. */
  get text(): string | undefined {
    return this.#text;
  }

  get state(): CatalogState {
    return this.#state;
  }

  /** Settles when this text, or a later one, has been checked. Offering the same again does nothing. Never rejects. */
  offer(found: ObservedCatalog): Promise<void> {
    if (this.#newest && isSame(found, this.#newest)) return this.#checking ?? Promise.resolve();
    this.#newest = found;
    this.#checking ??= this.#checkNewest().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Ignores failed checks from now on: the shutdown ends the thread that checks. */
  close(): void {
    this.#closed = true;
  }

  async #checkNewest(): Promise<void> {
    let checked: ObservedCatalog | undefined;
    while (this.#newest && this.#newest !== checked) {
      checked = this.#newest;
      await this.#check(checked);
    }
  }

  async #check(found: ObservedCatalog): Promise<void> {
    const { load, log } = this.#options;
    if (found.kind === 'absent') {
      this.#keepLastGood({ kind: 'absent', serving: this.#serving });
      return log.warn(this.#facts({ fault: found.fault }), 'catalog is absent');
    }
    if (found.kind === 'unreadable') {
      this.#keepLastGood({ ...found, serving: this.#serving });
      return log.error(this.#facts({ fault: found.fault }), 'catalog cannot be read');
    }
    try {
      this.#take(found.text, await load(found.text));
    } catch (error) {
      if (this.#closed) return;
      const fault = error instanceof Error ? error.message : String(error);
      this.#keepLastGood({ kind: 'unchecked', fault, serving: this.#serving });
      log.error({ ...this.#facts(), err: error }, 'catalog could not be checked');
      // The fault is ours and may go away, so the same text is checked again when it is next offered.
      if (this.#newest === found) this.#newest = undefined;
    }
  }

  #take(text: string, { catalog, digest, errors, warnings, problems }: LoadReport): void {
    const { index, log, metrics, now } = this.#options;
    if (!catalog) {
      this.#keepLastGood({ kind: 'invalid', errors, serving: this.#serving });
      log.error(this.#facts({ digest, errors, warnings, problems }), 'catalog is invalid');
      return;
    }
    this.#lookup = index(catalog);
    this.#text = text;
    this.#state = { kind: 'valid', serving: digest, entries: catalog.entries.length, warnings };
    metrics.catalogServed(catalog, now());
    metrics.catalogNewest(true, now());
    log.info(this.#facts({ entries: catalog.entries.length, warnings, problems }), 'catalog is served');
  }

  #keepLastGood(state: CatalogState): void {
    const { metrics, now } = this.#options;
    this.#state = state;
    metrics.catalogNewest(false, now());
    if (state.kind !== 'absent') metrics.catalogLoadFailed();
  }

  get #serving(): string | undefined {
    return this.#lookup?.catalog.digest;
  }

  #facts(more: object = {}): object {
    return { catalog: { serving: this.#serving ?? 'none', ...more } };
  }
}

const isSame = (one: ObservedCatalog, other: ObservedCatalog): boolean =>
  one.kind === other.kind && textOf(one) === textOf(other);

const textOf = (found: ObservedCatalog): string | undefined =>
  found.kind === 'text' ? found.text : found.kind === 'unreadable' ? found.fault : undefined;

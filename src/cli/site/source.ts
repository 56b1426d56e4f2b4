import type { Lookup } from '../../catalog/lookup.ts';
import { whyOutdated } from '../../server/health.ts';
import type { SiteInput } from '../../site/model.ts';
import type { ServedCatalog } from '../serve/catalog.ts';
import type { HistoryStore } from './history-store.ts';

/** What the site shows, and where it learns it from: a file, a cluster or `serve`. */
export interface SiteSource {
  /** For the log. */
  readonly about: Readonly<Record<string, string>>;
  /** The parts are the same values while nothing changes. */
  readonly shown: () => Shown;
  /** Settles after the first attempt to read, whatever its result. */
  readonly attempted: Promise<void>;
  /** The history that `serve` keeps in the cluster of the site. */
  readonly history?: HistoryStore;
  close(): Promise<void>;
}

/** The facts of a site at one time. */
export type Known = Pick<SiteInput, 'lookup' | 'use' | 'outdated' | 'staleSince' | 'pastRemoval' | 'history'>;

export interface Shown extends Omit<Known, 'lookup' | 'history'> {
  /** Undefined before there was a valid catalog. */
  readonly lookup: Lookup | undefined;
}

/** A source that validates the catalog itself. */
export const servedSource = (
  about: SiteSource['about'],
  catalog: ServedCatalog,
  use = catalog.use,
): SiteSource => ({
  about,
  shown: () => ({ lookup: catalog.lookup(), use: use(), outdated: whyOutdated(catalog.state()) }),
  attempted: catalog.attempted,
  close: () => catalog.close(),
});

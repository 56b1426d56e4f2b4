import { pause } from '../../cluster/back-off.ts';
import { type HistoryLine, historyLine } from '../../history/line.ts';
import { faultsInWords, readHistory } from '../../history/read.ts';
import { recordLine } from '../../history/record.ts';
import type { Log } from '../../log.ts';
import { buildSiteModel, type SiteInput } from '../../site/model.ts';
import type { HistoryStore } from './history-store.ts';

/** The parts of a site that a line follows from. Without a valid catalog there is no lookup. */
export type Recordable = Pick<SiteInput, 'use' | 'today'> & {
  readonly lookup: SiteInput['lookup'] | undefined;
};

/** The text of a history with a line for the day and catalog of a site; the same text if it has one, or if use is not known. */
export function withLineOf({ lookup, use, today }: Recordable, text: string): string {
  if (!lookup || !use.known) return text;
  const { images } = buildSiteModel({ lookup, use, today });
  const counts = images.flatMap((image) => (image.use ? [[image.entry.name, image.use] as const] : []));
  return recordLine(text, historyLine(today, lookup.catalog.digest, counts));
}

export interface HistoryFollowerOptions {
  readonly store: HistoryStore;
  readonly shown: () => Recordable;
  readonly log: Log;
}

/** Milliseconds between two passes. A line is due once a day, and one of `serve` shows within a minute. */
const EVERY = 60_000;

/** Reads a history again and again, and extends it where the site keeps it. */
export class HistoryFollower {
  readonly #options: HistoryFollowerOptions;
  #read:
    | { readonly text: string; readonly today: string; readonly lines: readonly HistoryLine[] }
    | undefined;
  #lastFault: string | undefined;

  constructor(options: HistoryFollowerOptions) {
    this.#options = options;
  }

  /** The same value while nothing changes; undefined if no history was read. */
  get lines(): readonly HistoryLine[] | undefined {
    return this.#read?.lines;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.pass(signal);
      await pause(EVERY, signal);
    }
  }

  /** One pass. Never rejects: after a failure the last history stays. An aborted pass is no failure. */
  async pass(signal?: AbortSignal): Promise<void> {
    const { store, shown } = this.#options;
    try {
      const text = await store.read();
      const now = shown();
      this.#take(text, now.today);
      const longer = store.write ? withLineOf(now, text) : text;
      if (longer !== text) {
        await store.write?.(text, longer);
        this.#take(longer, now.today);
      }
      this.#lastFault = undefined;
    } catch (error) {
      if (!signal?.aborted) this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  #take(text: string, today: string): void {
    if (text === this.#read?.text && today === this.#read.today) return;
    const { store, log } = this.#options;
    const { lines, faults } = readHistory(text, today);
    this.#read = { text, today, lines };
    const words = faultsInWords(faults);
    if (words.length > 0)
      log.warn({ history: { place: store.label, faults: words } }, 'history has faulty lines');
  }

  /** Logs a fault once, until it is over or changes. */
  #report(fault: string): void {
    const { store, log } = this.#options;
    if (fault !== this.#lastFault)
      log.warn({ history: { place: store.label, fault } }, 'history not read or written');
    this.#lastFault = fault;
  }
}

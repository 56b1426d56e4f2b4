import type { Lookup } from '../../catalog/lookup.ts';
import { isNamespaceGone } from '../../cluster/api-error.ts';
import type { Retelling } from '../../cluster/cluster.ts';
import type { EventFacts, Told } from '../../cluster/events.ts';
import { pause } from '../../cluster/pause.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics.ts';
import { type Notice, notices } from '../../usage/notices.ts';
import { EVENT_TTL, RENEW_AFTER, Schedule } from '../../usage/schedule.ts';
import type { Workload } from '../../usage/workload.ts';
import type { UsageWatch } from './usage-watch.ts';

export interface UsageEventsOptions {
  readonly usage: Pick<UsageWatch, 'index' | 'known' | 'classifier'>;
  readonly lookup: () => Lookup | undefined;
  /** Asked before each write: of all replicas at most one may say yes. */
  readonly leading: () => boolean;
  readonly record: (event: EventFacts, now: Date, retelling: Retelling) => Promise<Told>;
  /** Writes a minute, at most. */
  readonly perMinute: number;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'eventWritten' | 'eventFailed' | 'eventsWaiting'>;
}

/** Milliseconds between two looks. Whoever made a Pod looks at it seconds later; judging ten thousand takes some 10 ms. */
const EVERY = 2_000;

/** What one Event may cost at most: `Told.writes`. */
const WRITES_EACH = 4;

/**
 * Tells maintainers which of their workloads run deprecated images, and what their short names became. It looks at the whole
 * state each time, so nothing that was missed stays untold, and whoever takes over finds in the Events what has been told.
 */
export class UsageEvents {
  readonly #options: UsageEventsOptions;
  readonly #schedule: Schedule;
  /** How often each Event was told that we told last, by notice and object. */
  readonly #counts = new Map<string, ReadonlyMap<string, number>>();
  /** Told on an owner, and not yet on its Pod: that failed. */
  readonly #halfTold = new Set<string>();
  /** Told on an owner that had no Pod then. */
  readonly #podless = new Set<string>();
  #fault: string | undefined;

  constructor(options: UsageEventsOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.perMinute);
  }

  /** Until the signal. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.tellDue();
      await pause(EVERY, signal);
    }
  }

  /** What there is room for of what is due. Never rejects. */
  async tellDue(): Promise<void> {
    const { usage, lookup, leading, now, metrics } = this.#options;
    const catalog = lookup();
    if (!catalog || !usage.known || !leading()) return metrics.eventsWaiting(0);
    const wanted = notices(usage.index, usage.classifier(catalog), now().getTime());
    for (const id of this.#counts.keys()) if (!wanted.has(id)) this.#counts.delete(id);
    for (const ids of [this.#podless, this.#halfTold])
      for (const id of ids) if (!wanted.has(id)) ids.delete(id);
    const due = [...this.#schedule.due(wanted, now().getTime()), ...this.#firstPods(wanted)];
    let told = 0;
    for (const notice of due) {
      const room = this.#schedule.room(now().getTime());
      if (room < WRITES_EACH * notice.about.length || !leading()) break;
      if (!(await this.#tell(notice))) break;
      told += 1;
    }
    metrics.eventsWaiting(due.length - told);
  }

  /** What has been told of owners that have their first Pod only now. */
  #firstPods(wanted: ReadonlyMap<string, Notice>): Notice[] {
    return [...this.#podless].flatMap((id) => {
      const notice = wanted.get(id);
      return notice && notice.about.length > 1 ? [notice] : [];
    });
  }

  /** Comes to whether it is worth going on with the others. */
  async #tell(notice: Notice): Promise<boolean> {
    const { now, log, metrics } = this.#options;
    const [owner, pod] = notice.about;
    const { reason, message } = notice;
    const line = { event: { reason, object: `${owner.namespace}/${owner.kind}/${owner.name}`, message } };
    try {
      const counts = new Map<string, number>();
      const told = await this.#record(notice, owner, counts);
      if (pod && told.wrote) this.#halfTold.add(notice.id);
      // Whoever told the owner just now told a Pod of it as well: not every new Pod of a CronJob is news.
      if (pod && (this.#halfTold.has(notice.id) || this.#podless.has(notice.id)))
        await this.#record(notice, pod, counts);
      this.#halfTold.delete(notice.id);
      if (pod) this.#podless.delete(notice.id);
      else if (told.wrote && owner.kind !== 'Pod') this.#podless.add(notice.id);
      this.#counts.set(notice.id, counts);
      // Another replica's clock may be ahead.
      this.#schedule.told(notice, Math.min(told.at.getTime(), now().getTime()));
      this.#fault = undefined;
      if (told.wrote) log.info(line, 'event is written');
      return true;
    } catch (error) {
      this.#schedule.wrote(1, now().getTime());
      if (isNamespaceGone(error)) {
        // Nobody is left there to be told.
        this.#schedule.told(notice, now().getTime());
        return true;
      }
      this.#schedule.failed(notice, now().getTime());
      metrics.eventFailed();
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== this.#fault) log.warn({ ...line, fault }, 'event could not be written');
      this.#fault = fault;
      return false;
    }
  }

  async #record(notice: Notice, about: Workload, counts: Map<string, number>): Promise<Told> {
    const { record, now, metrics } = this.#options;
    const lastCount = this.#counts.get(notice.id)?.get(about.uid);
    const told = await record(eventOf(notice, about), now(), {
      ...(notice.ongoing
        ? { freshFor: RENEW_AFTER, messagePrefix: notice.messagePrefix }
        : { freshFor: EVENT_TTL }),
      ...(lastCount !== undefined && { lastCount }),
    });
    this.#schedule.wrote(told.writes, now().getTime());
    metrics.eventWritten(notice.reason, told.writes);
    counts.set(about.uid, told.count);
    return told;
  }
}

const eventOf = (
  { type, reason, message, key }: Notice,
  { apiVersion, kind, namespace, name, uid }: Workload,
): EventFacts => ({ about: { apiVersion, kind, namespace, name, uid }, type, reason, message, key });

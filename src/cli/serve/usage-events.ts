import type { Lookup } from '../../catalog/lookup.ts';
import { isNamespaceGone } from '../../cluster/api-error.ts';
import type { RecordingOptions } from '../../cluster/cluster.ts';
import type { EventFacts, RecordedEvent } from '../../cluster/events.ts';
import { pause } from '../../cluster/pause.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import { type Notice, notices } from '../../usage/notices.ts';
import { EVENT_TTL, RENEW_AFTER, Schedule } from '../../usage/schedule.ts';
import type { Workload } from '../../usage/workload.ts';
import type { UsageWatch } from './usage-watch.ts';

export interface UsageEventsOptions {
  readonly usage: Pick<UsageWatch, 'index' | 'known' | 'classifier'>;
  readonly lookup: () => Lookup | undefined;
  /** Asked before each write: of all replicas at most one may say yes. */
  readonly leading: () => boolean;
  readonly record: (event: EventFacts, now: Date, recording: RecordingOptions) => Promise<RecordedEvent>;
  /** Writes a minute, at most. */
  readonly perMinute: number;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'eventWritten' | 'eventFailed' | 'eventsWaiting'>;
}

/** Milliseconds between two passes. People look at a new Pod seconds later; classifying ten thousand takes some 10 ms. */
const EVERY = 2_000;

/** What one Event may cost at most: `RecordedEvent.writes`. */
const WRITES_EACH = 4;

/**
 * Records Events on workloads that run deprecated images, and on those whose short names were resolved. It reads the whole
 * state each time, so nothing that was missed stays unrecorded, and the next leader finds in the Events what was recorded.
 */
export class UsageEvents {
  readonly #options: UsageEventsOptions;
  readonly #schedule: Schedule;
  /** The count last written, by notice and object. */
  readonly #counts = new Map<string, ReadonlyMap<string, number>>();
  /** Recorded on an owner, and not yet on its Pod: that failed. */
  readonly #podMissing = new Set<string>();
  /** Recorded on an owner that had no Pod then. */
  readonly #podless = new Set<string>();
  #fault: string | undefined;

  constructor(options: UsageEventsOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.perMinute);
  }

  /** Until the signal. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.recordDue();
      await pause(EVERY, signal);
    }
  }

  /** What there is room for of what is due. Never rejects. */
  async recordDue(): Promise<void> {
    const { usage, lookup, leading, now, metrics } = this.#options;
    const catalog = lookup();
    if (!catalog || !usage.known || !leading()) return metrics.eventsWaiting(0);
    const wanted = notices(usage.index, usage.classifier(catalog), now().getTime());
    for (const id of this.#counts.keys()) if (!wanted.has(id)) this.#counts.delete(id);
    for (const ids of [this.#podless, this.#podMissing])
      for (const id of ids) if (!wanted.has(id)) ids.delete(id);
    const due = [...this.#schedule.due(wanted, now().getTime()), ...this.#firstPods(wanted)];
    let recorded = 0;
    for (const notice of due) {
      const room = this.#schedule.room(now().getTime());
      if (room < WRITES_EACH * notice.about.length || !leading()) break;
      if (!(await this.#recordNotice(notice))) break;
      recorded += 1;
    }
    metrics.eventsWaiting(due.length - recorded);
  }

  /** Notices recorded on owners that have their first Pod only now. */
  #firstPods(wanted: ReadonlyMap<string, Notice>): Notice[] {
    return [...this.#podless].flatMap((id) => {
      const notice = wanted.get(id);
      return notice && notice.about.length > 1 ? [notice] : [];
    });
  }

  /** Resolves to whether it is worth going on with the others. */
  async #recordNotice(notice: Notice): Promise<boolean> {
    const { now, log, metrics } = this.#options;
    const [owner, pod] = notice.about;
    const { reason, message } = notice;
    const line = { event: { reason, object: `${owner.namespace}/${owner.kind}/${owner.name}`, message } };
    try {
      const counts = new Map<string, number>();
      const recorded = await this.#record(notice, owner, counts);
      if (pod && recorded.wrote) this.#podMissing.add(notice.id);
      // The replica that recorded it on the owner just now recorded it on a Pod, too: not every new Pod of a CronJob is news.
      if (pod && (this.#podMissing.has(notice.id) || this.#podless.has(notice.id)))
        await this.#record(notice, pod, counts);
      this.#podMissing.delete(notice.id);
      if (pod) this.#podless.delete(notice.id);
      else if (recorded.wrote && owner.kind !== 'Pod') this.#podless.add(notice.id);
      this.#counts.set(notice.id, counts);
      // Another replica's clock may be ahead.
      this.#schedule.recorded(notice, Math.min(recorded.at.getTime(), now().getTime()));
      this.#fault = undefined;
      if (recorded.wrote) log.info(line, 'event recorded');
      return true;
    } catch (error) {
      this.#schedule.wrote(1, now().getTime());
      if (isNamespaceGone(error)) {
        // There is no object left to record it on.
        this.#schedule.recorded(notice, now().getTime());
        return true;
      }
      this.#schedule.failed(notice, now().getTime());
      metrics.eventFailed();
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== this.#fault) log.warn({ ...line, fault }, 'event not recorded');
      this.#fault = fault;
      return false;
    }
  }

  async #record(notice: Notice, about: Workload, counts: Map<string, number>): Promise<RecordedEvent> {
    const { record, now, metrics } = this.#options;
    const lastCount = this.#counts.get(notice.id)?.get(about.uid);
    const recorded = await record(eventOf(notice, about), now(), {
      ...(notice.ongoing
        ? { freshFor: RENEW_AFTER, messagePrefix: notice.messagePrefix }
        : { freshFor: EVENT_TTL }),
      ...(lastCount !== undefined && { lastCount }),
    });
    this.#schedule.wrote(recorded.writes, now().getTime());
    metrics.eventWritten(notice.reason, recorded.writes);
    counts.set(about.uid, recorded.count);
    return recorded;
  }
}

const eventOf = (
  { type, reason, message, key }: Notice,
  { apiVersion, kind, namespace, name, uid }: Workload,
): EventFacts => ({ about: { apiVersion, kind, namespace, name, uid }, type, reason, message, key });

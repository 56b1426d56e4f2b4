import type { Lookup } from '../../catalog/lookup.ts';
import { isNamespaceGone } from '../../cluster/api-error.ts';
import { pause } from '../../cluster/back-off.ts';
import type { Cluster, RecordingOptions } from '../../cluster/cluster.ts';
import type { EventFacts, RecordedEvent } from '../../cluster/events.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../server/metrics/metrics.ts';
import type { EventSettings } from '../../settings.ts';
import { type Notice, notices } from '../../usage/notices.ts';
import { EVENT_TTL, RENEW_AFTER, Schedule } from '../../usage/schedule.ts';
import type { Workload } from '../../usage/workload.ts';
import { EventLog } from './event-log.ts';
import type { UsageWatch } from './usage-watch.ts';

interface UsageRecorderOptions {
  readonly usage: UsageWatch;
  readonly lookup: () => Lookup | undefined;
  readonly perMinute: EventSettings['perMinute'];
  readonly leading: () => boolean;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Records Events about usage while this replica leads, until the cluster is closed. */
export function recordUsageEvents(cluster: Cluster, options: UsageRecorderOptions): void {
  const events = new UsageEvents({
    ...options,
    record: (event, at, recording) => cluster.recordEvent(event, at, recording),
  });
  void events.run(cluster.signal);
}

export interface UsageEventsOptions {
  readonly usage: Pick<UsageWatch, 'index' | 'known' | 'classifier'>;
  readonly lookup: () => Lookup | undefined;
  /** Whether this replica leads. Called before each write. At most one replica leads at a time. */
  readonly leading: () => boolean;
  readonly record: (event: EventFacts, now: Date, recording: RecordingOptions) => Promise<RecordedEvent>;
  /** Writes a minute, at most. */
  readonly perMinute: number;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'eventWritten' | 'eventFailed' | 'eventsWaiting'>;
}

/** Milliseconds between two passes. People read the Events of a new Pod seconds later; classifying ten thousand takes some 10 ms. */
const EVERY = 2_000;

/** The most requests that one Event may cost (`RecordedEvent.writes`). */
const WRITES_EACH = 4;

/**
 * Records Events on workloads that run deprecated images, and on those whose short names were resolved. Each pass reads the
 * whole state, so it makes up for missed changes, and a new leader finds in the Events what was recorded before.
 */
export class UsageEvents {
  readonly #options: UsageEventsOptions;
  readonly #schedule: Schedule;
  readonly #log: EventLog;
  /** The count last written, by notice and object. */
  readonly #counts = new Map<string, ReadonlyMap<string, number>>();
  /** Notices recorded on an owner but, after a failure, not on its Pod. */
  readonly #podMissing = new Set<string>();
  /** Notices recorded on an owner that had no Pod then. */
  readonly #podless = new Set<string>();

  constructor(options: UsageEventsOptions) {
    this.#options = options;
    this.#schedule = new Schedule(options.perMinute);
    this.#log = new EventLog(options.log);
  }

  /** Makes a pass every two seconds until the signal. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.recordDue();
      await pause(EVERY, signal);
    }
  }

  /** One pass: records the notices that are due, as far as the budget allows. Never rejects. */
  async recordDue(): Promise<void> {
    const { usage, lookup, leading, now, metrics } = this.#options;
    const catalog = lookup();
    if (!catalog || !usage.known || !leading()) return metrics.eventsWaiting(0);
    // Gathering all notices would change nothing but the time.
    if (this.#schedule.room(now().getTime()) < WRITES_EACH) return;
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
    metrics.eventsWaiting(due.length - recorded, this.#schedule.waitingSince(wanted, now().getTime()));
  }

  /** Notices that were recorded on owners without a Pod, and whose owners have a Pod now. */
  #firstPods(wanted: ReadonlyMap<string, Notice>): Notice[] {
    return [...this.#podless].flatMap((id) => {
      const notice = wanted.get(id);
      return notice && notice.about.length > 1 ? [notice] : [];
    });
  }

  /** Resolves to whether to continue with the next notice; false after a failure. */
  async #recordNotice(notice: Notice): Promise<boolean> {
    const { now, metrics } = this.#options;
    const [owner, pod] = notice.about;
    const { reason, message } = notice;
    const logged = { reason, object: `${owner.namespace}/${owner.kind}/${owner.name}`, message };
    try {
      const counts = new Map<string, number>();
      const recorded = await this.#record(notice, owner, counts);
      if (pod && recorded.wrote) this.#podMissing.add(notice.id);
      // If the Event on the owner is fresh, a Pod gets one only if it was missed before: otherwise each new Pod of a CronJob
      // would get one.
      if (pod && (this.#podMissing.has(notice.id) || this.#podless.has(notice.id)))
        await this.#record(notice, pod, counts);
      this.#podMissing.delete(notice.id);
      if (pod) this.#podless.delete(notice.id);
      else if (recorded.wrote && owner.kind !== 'Pod') this.#podless.add(notice.id);
      this.#counts.set(notice.id, counts);
      // Another replica, whose clock may be ahead, may have written the Event: a time in the future counts as now.
      this.#schedule.recorded(notice, Math.min(recorded.at.getTime(), now().getTime()), now().getTime());
      this.#log.recorded(logged, recorded.wrote);
      return true;
    } catch (error) {
      this.#schedule.wrote(1, now().getTime());
      if (isNamespaceGone(error)) {
        // The object is gone, too.
        this.#schedule.recorded(notice, now().getTime());
        return true;
      }
      this.#schedule.failed(notice, now().getTime());
      metrics.eventFailed();
      this.#log.failed(logged, error);
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

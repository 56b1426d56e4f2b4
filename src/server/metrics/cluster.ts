import { Counter, Gauge, type Registry } from 'prom-client';

/** The watches of the cluster, and the Events written to it. */
export function clusterMetrics(registry: Registry) {
  const registers = [registry];
  const silences = new Map<string, () => number>();
  new Gauge({
    name: 'image_config_admission_watch_silence_seconds',
    help: 'Seconds since the last heartbeat of the API server, by watch. Above 130 the watch is dead.',
    labelNames: ['watch'] as const,
    registers,
    collect() {
      for (const [watch, seconds] of silences) this.set({ watch }, seconds());
    },
  });
  const writes = new Counter({
    name: 'image_config_admission_event_writes_total',
    help: 'Writes of Events about usage, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  const failures = new Counter({
    name: 'image_config_admission_event_failures_total',
    help: 'Failed attempts to record an Event about usage; each is retried.',
    registers,
  });
  const waiting = new Gauge({
    name: 'image_config_admission_events_waiting',
    help: 'Events about usage that are due and not recorded yet.',
    registers,
  });
  const waitingSince = new Gauge({
    name: 'image_config_admission_events_waiting_since_timestamp_seconds',
    help: 'Unix time at which the Event that waits longest became due; 0 while none waits, and in replicas that do not lead.',
    registers,
  });
  const leader = new Gauge({
    name: 'image_config_admission_events_leader',
    help: '1 in the replica that leads and records Events about usage.',
    registers,
  });

  return {
    /** Calls `seconds` at each scrape: the seconds since the last heartbeat of this watch. */
    watchSilence(watch: string, seconds: () => number): void {
      silences.set(watch, seconds);
    },
    /** One Event may take several writes. */
    eventWritten: (reason: string, count: number): void => writes.inc({ reason }, count),
    eventFailed: (): void => failures.inc(),
    /** How many wait, and since when the first of them does, in milliseconds since 1970. */
    eventsWaiting(count: number, since = 0): void {
      waiting.set(count);
      waitingSince.set(since / 1000);
    },
    /** Whether this replica leads. */
    eventsLeading: (leading: boolean): void => leader.set(leading ? 1 : 0),
  };
}

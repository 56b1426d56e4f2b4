import { Counter, Gauge, type Registry } from 'prom-client';
import type { AnswerFacts } from '../../admission/answer.ts';
import { ArrayHistogram, type Observations } from './array-histogram.ts';

/** The buckets. An answer usually takes 0.1 ms to a few; the slowest end with the webhook's timeout of 5 s. */
const SECONDS = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

const LABELS = ['path', 'operation', 'verdict'] as const;

/** A set of labels and its observations. */
interface Series {
  readonly labels: Readonly<Record<(typeof LABELS)[number], string>>;
  readonly durations: Observations;
}

/** Metrics of reviews, of the bytes that are in memory for them, and of dropped connections. */
export function reviewMetrics(registry: Registry) {
  const registers = [registry];
  const allSeries = new Map<string, Series>();
  new Counter({
    name: 'image_config_admission_reviews_total',
    help: 'Reviews by path, operation and verdict. A new Pod under the path that ends in short-names is also counted under the path of all Pods. rejected: not a readable review; failed: a fault of the webhook, or no catalog yet.',
    labelNames: LABELS,
    registers,
    // The histogram has counted them. prom-client validates and hashes the labels at each call, so a review makes none.
    collect() {
      this.reset();
      for (const { labels, durations } of allSeries.values()) this.inc(labels, durations.count);
    },
  });
  const durations = new ArrayHistogram({
    name: 'image_config_admission_review_duration_seconds',
    help: 'Seconds from the headers of a review to its answer.',
    labelNames: LABELS,
    buckets: SECONDS,
    registers,
  });
  const wouldDeny = new Counter({
    name: 'image_config_admission_would_deny_total',
    help: 'Reviews that observe mode allowed and that would be denied, by each code of the denial: a problem code, or no-image, past-removal, too-many-containers, too-large.',
    labelNames: ['code'] as const,
    registers,
  });
  let bytesInFlight = (): number => 0;
  new Gauge({
    name: 'image_config_admission_body_bytes_in_flight',
    help: 'Bytes of reviews in memory, and of answers that their clients have not read yet.',
    registers,
    collect() {
      this.set(bytesInFlight());
    },
  });
  const dropped = new Counter({
    name: 'image_config_admission_connections_dropped_total',
    help: 'Connections closed because there were too many.',
    registers,
  });

  const seriesOf = (path: string, operation: string, verdict: string): Series => {
    const key = `${path} ${operation} ${verdict}`;
    let series = allSeries.get(key);
    if (!series) {
      const labels = { path, operation, verdict };
      series = { labels, durations: durations.series(labels) };
      allSeries.set(key, series);
    }
    return series;
  };

  return {
    review(path: string, { operation, verdict, codes }: AnswerFacts, milliseconds: number): void {
      const series = seriesOf(path, operation ?? 'none', verdict);
      durations.add(series.durations, milliseconds / 1000);
      if (codes !== undefined && verdict !== 'denied') for (const code of codes) wouldDeny.inc({ code });
    },
    /** Called at each scrape. */
    watchBytesInFlight(held: () => number): void {
      bytesInFlight = held;
    },
    connectionDropped: (): void => dropped.inc(),
  };
}

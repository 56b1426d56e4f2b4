import { Histogram, type HistogramConfiguration, type LabelValues } from 'prom-client';

/** The observations under one set of labels. */
export interface Observations {
  /** The number of values in each bucket that no smaller bucket holds; prom-client's own buckets are cumulative. */
  readonly counts: number[];
  sum: number;
  /** The number of all values, also of those beyond the last bucket. */
  count: number;
}

type Configuration<Label extends string> = HistogramConfiguration<Label> & { readonly buckets: number[] };

/**
 * A histogram that counts in arrays and converts them to prom-client's values at each scrape. prom-client itself validates
 * and hashes the labels at each observation, which takes longer than the rest of it.
 */
export class ArrayHistogram<Label extends string> extends Histogram<Label> {
  readonly #configuration: Configuration<Label>;
  readonly #series = new Map<LabelValues<Label>, Observations>();

  constructor(configuration: Configuration<Label>) {
    super(configuration);
    this.#configuration = configuration;
  }

  /** Adds a series. Each set of labels has one. */
  series(labels: LabelValues<Label>): Observations {
    const observations = { counts: this.#configuration.buckets.map(() => 0), sum: 0, count: 0 };
    this.#series.set(labels, observations);
    return observations;
  }

  add(observations: Observations, value: number): void {
    observations.sum += value;
    observations.count += 1;
    const bucket = this.#configuration.buckets.findIndex((bound) => value <= bound);
    if (bucket >= 0) observations.counts[bucket] = (observations.counts[bucket] ?? 0) + 1;
  }

  /** prom-client calls this for `get` and for the text of a registry. Its types leave it out. */
  async getForPromString() {
    const { name, help, aggregator = 'sum' } = this.#configuration;
    const values = Array.from(this.#series).flatMap(([labels, series]) => this.#valuesOf(labels, series));
    return { name, help, type: 'histogram', values, aggregator };
  }

  #valuesOf(sharedLabels: LabelValues<Label>, { counts, sum, count }: Observations) {
    const { name, buckets } = this.#configuration;
    const value = (suffix: string, number: number, labels: { le?: number | string } = {}) => ({
      labels,
      sharedLabels,
      value: number,
      metricName: `${name}_${suffix}`,
    });
    let below = 0;
    return [
      ...buckets.map((le, index) => {
        below += counts[index] ?? 0;
        return value('bucket', below, { le });
      }),
      value('bucket', count, { le: '+Inf' }),
      value('sum', sum),
      value('count', count),
    ];
  }
}

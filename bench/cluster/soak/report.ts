import { MIB, mib, ms, table } from '../../figures.mjs';
import { type Sample, slope } from './samples.ts';

/** The samples of one replica. */
export interface Watched {
  readonly before: Sample;
  readonly during: readonly Sample[];
  readonly after: Sample;
}

/** A Markdown table of the highest values in each minute. The heap is the lowest value, which garbage collections leave. */
export function byMinute({ before, during, after }: Watched, perMinute: number): string {
  const minutes = during.flatMap((_, index) =>
    index % perMinute === 0 ? [during.slice(index, index + perMinute)] : [],
  );
  return table([
    ['minute', 'RSS', 'least heap', 'handles', 'resources', 'connections', 'event loop late by'],
    row('at rest before', [before]),
    ...minutes.map((samples, index) => row(String(index + 1), samples)),
    row('at rest after', [after]),
  ]);
}

function row(when: string, samples: readonly Sample[]): string[] {
  const most = (value: (one: Sample) => number) => Math.max(...samples.map(value));
  return [
    when,
    mib(most(({ rss }) => rss)),
    mib(Math.min(...samples.map(({ heap }) => heap))),
    String(most(({ handles }) => handles)),
    String(most(({ resources }) => resources)),
    String(most(({ connections }) => connections)),
    ms(most(({ lag }) => lag) * 1_000),
  ];
}

/** A Markdown table of the growth per hour for each replica, from the sample `from` on. */
export function growth(replicas: readonly Watched[], from: number): string {
  const of = ({ during }: Watched, value: (one: Sample) => number) =>
    slope(during.slice(from), value).toFixed(1);
  return table([
    ['replica', 'RSS MiB', 'heap MiB', 'handles', 'resources'],
    ...replicas.map((watched, index) => [
      String(index + 1),
      of(watched, ({ rss }) => rss / MIB),
      of(watched, ({ heap }) => heap / MIB),
      of(watched, ({ handles }) => handles),
      of(watched, ({ resources }) => resources),
    ]),
  ]);
}

/** The value below which this share of them lies. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? Number.NaN;

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const MIB = 1_048_576;

export const mib = (bytes: number): string => `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`;
export const kib = (bytes: number): string => `${(bytes / 1_024).toFixed(2)} KiB`;
export const ms = (milliseconds: number): string => `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
export const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

/** p50, p99 and the longest, in milliseconds. */
export const spread = (values: readonly number[]): string =>
  `${ms(median(values))} / ${ms(percentile(values, 0.99))} / ${ms(Math.max(...values))}`;

/** A table in Markdown; the first row is its head. */
export const table = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((cells) => `| ${cells.join(' | ')} |`)
    .toSpliced(1, 0, `|${'---|'.repeat(rows[0]?.length ?? 0)}`)
    .join('\n');

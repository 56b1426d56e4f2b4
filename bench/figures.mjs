// Computes and prints figures, and stores them in the one file from which the plot is drawn.
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/**
 * The value below which this share of the values lies; NaN without values.
 *
 * @param {readonly number[]} values
 * @param {number} share
 */
export const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN;

/** @param {readonly number[]} values */
export const median = (values) => percentile(values, 0.5);

export const MIB = 1_048_576;

/** @param {number} bytes */
export const mib = (bytes) => `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`;

/** @param {number} bytes */
export const kib = (bytes) => `${(bytes / 1_024).toFixed(2)} KiB`;

/** @param {number} milliseconds */
export const ms = (milliseconds) => `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1_000).toFixed(1)} s`;

/**
 * p50, p99 and the longest.
 *
 * @param {readonly number[]} values in milliseconds
 */
export const spread = (values) =>
  `${ms(median(values))} / ${ms(percentile(values, 0.99))} / ${ms(percentile(values, 1))}`;

/**
 * A table in Markdown; the first row is its head.
 *
 * @param {readonly (readonly string[])[]} rows
 */
export const table = (rows) =>
  rows
    .map((cells) => `| ${cells.join(' | ')} |`)
    .toSpliced(1, 0, `|${'---|'.repeat(rows[0]?.length ?? 0)}`)
    .join('\n');

/** The load of the machine, averaged over a minute: it shows what else ran during a measurement. */
export const machineLoad = () => (loadavg()[0] ?? Number.NaN).toFixed(1);

/** Milliseconds: /proc counts in hundredths of a second, on every architecture (proc(5), USER_HZ). */
const TICK = 10;

/**
 * CPU time of a process so far in milliseconds, user and system, all threads.
 *
 * @param {number | undefined} pid
 */
export function cpuMilliseconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program is in parentheses and may have spaces. State is the first field after it, utime and stime
  // are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/**
 * Resident memory of a process in bytes.
 *
 * @param {number | undefined} pid
 */
export function residentBytes(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1_024;
}

/**
 * Stores figures in the file that BENCH_FIGURES names, each benchmark in its own part. Does nothing without it.
 *
 * @param {string} part
 * @param {unknown} figures
 */
export function keep(part, figures) {
  const file = process.env.BENCH_FIGURES;
  if (file !== undefined)
    writeFileSync(file, `${JSON.stringify({ ...kept(file), [part]: figures }, null, 2)}\n`);
}

/** @param {string} file */
function kept(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return {};
    throw error;
  }
}

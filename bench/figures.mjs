// Figures as they are printed, and the one file from which the plot is drawn.
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** A table in Markdown; the first row is its head. */
export const table = (rows) =>
  rows
    .map((cells) => `| ${cells.join(' | ')} |`)
    .toSpliced(1, 0, `|${'---|'.repeat(rows[0].length)}`)
    .join('\n');

/** The machine's load, averaged over a minute: what else it does while it is measured. */
export const machineLoad = () => loadavg()[0].toFixed(1);

/** `BENCH_FIGURES=file.json` keeps them there, each run its own part. */
export function keep(part, figures) {
  const file = process.env.BENCH_FIGURES;
  if (file !== undefined)
    writeFileSync(file, `${JSON.stringify({ ...kept(file), [part]: figures }, null, 2)}\n`);
}

function kept(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

import { median, ms, table } from '../../figures.mjs';
import type { Client } from '../api.ts';
import { CATALOG, CONFIG_MAP, CONFIG_MAPS } from './catalog.ts';

/** A third of all Pods use this entry: population.ts. */
const USED = 'php7.4';

/** One after the other; the first may start the catalog thread. */
const EDITS = 12;

/** Measures the milliseconds from each removal of an entry to its answer. Nothing is stored. */
export async function removals(api: Client): Promise<readonly number[]> {
  const object = { ...CONFIG_MAP, data: { 'images-v1.yaml': withoutEntry(CATALOG, USED) } };
  const took: number[] = [];
  for (let edit = 0; edit < EDITS; edit += 1) {
    const { status, body, milliseconds } = await api.send(
      'PUT',
      `${CONFIG_MAPS}/image-config?dryRun=All`,
      object,
    );
    if (status !== 200 && !body.includes('in use by')) throw new Error(`the edit was answered with ${body}`);
    took.push(milliseconds);
  }
  return took;
}

/** Each entry begins at the left margin. */
export const withoutEntry = (text: string, name: string): string =>
  text.replace(new RegExp(`^${name.replaceAll('.', '\\.')}:\\n(?: .*\\n)*`, 'm'), '');

export const removalTable = (unused: readonly number[], used: readonly number[]): string =>
  table([
    ['an edit that removes an entry', 'p50', 'longest'],
    ['that no workload uses: a warning', ms(median(unused)), ms(Math.max(...unused))],
    ['that a third of the Pods use: refused', ms(median(used)), ms(Math.max(...used))],
  ]);

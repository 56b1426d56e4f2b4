import { appendFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import { type HistoryLine, parseLine } from '../../history/line.ts';
import { faultsInWords, readHistory } from '../../history/read.ts';
import { MAX_HISTORY_BYTES } from '../../history/record.ts';
import { historyConfigMap, ownName } from '../../settings.ts';
import type { Io } from '../io.ts';
import { printable } from '../output/terminal-safe.ts';

/** Where the history of use is kept. */
export interface HistoryStore {
  /** For messages: a file, or namespace and name of a ConfigMap. */
  readonly label: string;
  /** The text; empty if nothing was recorded yet. Rejects with a message for the person who chose the place. */
  readonly read: () => Promise<string>;
  /** Replaces the text by a longer or thinned one. Absent where another program writes the history. */
  readonly write?: (before: string, after: string) => Promise<void>;
}

/** The history in a file, which the site itself extends. A file that holds something else is refused, and never written. */
export const historyFile = (file: string): HistoryStore => ({
  label: file,
  async read() {
    const text = await textOf(file);
    if (text.trim() !== '' && !text.split('\n').some((raw) => 'line' in parseLine(raw)))
      throw new Error(`${file} has no line of a history: name a new file, to which the site appends`);
    return text;
  },
  async write(before, after) {
    // Another program may append at the same time.
    if (after.startsWith(before)) return appendFile(file, after.slice(before.length));
    // A reader sees the old or the new text.
    await writeFile(`${file}.new`, after);
    await rename(`${file}.new`, file);
  },
});

/** Twice as much as any writer leaves. */
const MOST_BYTES = 2 * MAX_HISTORY_BYTES;

async function textOf(file: string): Promise<string> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return '';
  if (!found.isFile()) throw new Error(`${file} is no regular file`);
  if (found.size > MOST_BYTES)
    throw new Error(`${file} has ${found.size} bytes, and a history at most ${MOST_BYTES}`);
  return readFile(file, 'utf8');
}

/** The history that `serve` keeps in the cluster: in the namespace of our own Pod, or else in that of the chart. */
export function historyInCluster(cluster: Pick<Cluster, 'configMap' | 'namespace'>): HistoryStore {
  const { namespace = ownName } = cluster;
  const { name, key } = historyConfigMap;
  return {
    label: `${namespace}/${name}`,
    async read() {
      const found = await cluster.configMap(namespace, name);
      if (!found) throw new Error(`there is no ConfigMap ${namespace}/${name}; the chart creates it`);
      return found.data[key] ?? '';
    },
  };
}

/** The lines of a history that is read once, with a note about each fault; undefined if it cannot be read. */
export async function storedHistory(
  { label, read }: Pick<HistoryStore, 'label' | 'read'>,
  today: string,
  { stderr }: Pick<Io, 'stderr'>,
): Promise<readonly HistoryLine[] | undefined> {
  const note = (words: string): void => void stderr.write(`note: ${printable(`${label}: ${words}`)}\n`);
  try {
    const { lines, faults } = readHistory(await read(), today);
    for (const words of faultsInWords(faults)) note(words);
    return lines;
  } catch (error) {
    note(`no history of use is shown: ${(error as Error).message}`);
    return undefined;
  }
}

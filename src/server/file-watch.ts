import { type FSWatcher, watch } from 'node:fs';

export interface DirectoryWatchOptions {
  /** Milliseconds between looks that nothing asked for. */
  readonly poll: number;
  /** Milliseconds of quiet after a change before a look: files are written in steps. */
  readonly settle: number;
}

export const defaultWatch: DirectoryWatchOptions = { poll: 5_000, settle: 100 };

/** So many times `settle` without quiet, and it looks nevertheless: a log may be written beside the file. */
const PATIENCE = 10;

export interface DirectoryWatch {
  /** Settles after the first look, which begins at once. */
  readonly looked: Promise<void>;
  readonly close: () => void;
}

/**
 * Looks again whenever something changes in a directory, and every few seconds besides. The directory and not the
 * file: Kubernetes swaps a symlink beside it, editors put a new file in its place. The poll is for what no event
 * tells: a directory that is made later or replaced, a network file system, a machine out of watches. It watches anew
 * each time, since a watch stays with a directory that was moved away.
 *
 * `look` reads the whole state and does nothing when it is the same; it never runs twice at once.
 */
export function watchDirectory(
  directory: string,
  look: () => Promise<void>,
  { poll, settle }: DirectoryWatchOptions = defaultWatch,
): DirectoryWatch {
  let watcher: FSWatcher | undefined;
  let settling: NodeJS.Timeout | undefined;
  let unsettledSince: number | undefined;
  let looking = false;
  let again = false;
  let closed = false;

  const lookNow = async (): Promise<void> => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    do {
      again = false;
      await look();
    } while (again && !closed);
    looking = false;
  };
  const onChange = (): void => {
    const now = performance.now();
    unsettledSince ??= now;
    clearTimeout(settling);
    const wait = Math.min(settle, Math.max(0, unsettledSince + settle * PATIENCE - now));
    settling = setTimeout(() => {
      unsettledSince = undefined;
      void lookNow();
    }, wait);
  };
  const stopWatching = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  const startWatching = (): void => {
    try {
      watcher = watch(directory, onChange).on('error', stopWatching);
    } catch {
      // Not there, or out of watches: the poll goes on.
    }
  };
  const onPoll = (): void => {
    stopWatching();
    startWatching();
    void lookNow();
  };

  startWatching();
  const polling = setInterval(onPoll, poll);
  return {
    looked: lookNow(),
    close() {
      closed = true;
      clearTimeout(settling);
      clearInterval(polling);
      stopWatching();
    },
  };
}

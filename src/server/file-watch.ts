import { type FSWatcher, watch } from 'node:fs';

export interface DirectoryWatchOptions {
  /** Milliseconds between reloads without an event. */
  readonly poll: number;
  /** Milliseconds without a further event before a reload: files are written in steps. */
  readonly settle: number;
}

export const defaultWatch: DirectoryWatchOptions = { poll: 5_000, settle: 100 };

/**
 * Reloads after this many times `settle` in spite of further events: another file of the directory, such as a log, may change
 * all the time.
 */
const MAX_SETTLES = 10;

export interface DirectoryWatch {
  /** Settles after the first reload, which begins at once, whatever its result. */
  readonly attempted: Promise<void>;
  readonly close: () => void;
}

/**
 * Calls `reload` after each change in a directory, and every few seconds without one. It watches the directory and not the
 * file: Kubernetes swaps a symlink beside it, editors put a new file in its place. The poll covers changes without an event:
 * a directory that is created later or replaced, a network file system, a machine out of watches. Each poll watches anew,
 * since a watch follows a directory that was moved away.
 *
 * `reload` reads the whole state and does nothing when it is unchanged. It never runs twice at once.
 */
export function watchDirectory(
  directory: string,
  reload: () => Promise<void>,
  { poll, settle }: DirectoryWatchOptions = defaultWatch,
): DirectoryWatch {
  let watcher: FSWatcher | undefined;
  let settling: NodeJS.Timeout | undefined;
  let changingSince: number | undefined;
  let running = false;
  let again = false;
  let closed = false;

  const reloadNow = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await reload();
    } while (again && !closed);
    running = false;
  };
  const onChange = (): void => {
    const now = performance.now();
    changingSince ??= now;
    clearTimeout(settling);
    const wait = Math.min(settle, Math.max(0, changingSince + settle * MAX_SETTLES - now));
    settling = setTimeout(() => {
      changingSince = undefined;
      void reloadNow();
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
      // The directory is missing, or the machine is out of watches: the poll goes on.
    }
  };
  const onPoll = (): void => {
    stopWatching();
    startWatching();
    void reloadNow();
  };

  startWatching();
  const polling = setInterval(onPoll, poll);
  return {
    attempted: reloadNow(),
    close() {
      closed = true;
      clearTimeout(settling);
      clearInterval(polling);
      stopWatching();
    },
  };
}

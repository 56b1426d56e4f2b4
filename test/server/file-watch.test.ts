import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { watchDirectory } from '../../src/server/file-watch.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const NEVER = 3_600_000;
const events = { poll: NEVER, settle: 5 };
const polling = { poll: 20, settle: NEVER };

describe('watchDirectory', () => {
  test('reloads once at the start', async () => {
    await using directory = await temporaryDirectory();
    const reload = vi.fn(async () => {});
    const watch = watchDirectory(directory.path, reload, events);
    await watch.attempted;
    expect(reload).toHaveBeenCalledTimes(1);
    watch.close();
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['a file is written', (path) => writeFile(join(path, 'tls.crt'), 'new')],
    [
      'a file is renamed into place, as editors do',
      async (path) => {
        await writeFile(join(path, '.tls.crt.swp'), 'new');
        await rename(join(path, '.tls.crt.swp'), join(path, 'tls.crt'));
      },
    ],
    [
      'a symlink beside it is swapped, as Kubernetes does',
      async (path) => {
        await mkdir(join(path, '..2026_11_22'));
        await symlink('..2026_11_22', join(path, '..data_tmp'));
        await rename(join(path, '..data_tmp'), join(path, '..data'));
      },
    ],
    ['a file is removed', (path) => rm(join(path, 'tls.key'))],
  ])('reloads when %s', async (_, change) => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'tls.crt'), 'old');
    await writeFile(join(directory.path, 'tls.key'), 'old');
    const reload = vi.fn(async () => {});
    const watch = watchDirectory(directory.path, reload, events);
    await watch.attempted;
    await change(directory.path);
    await vi.waitFor(() => expect(reload.mock.calls.length).toBeGreaterThan(1));
    watch.close();
  });

  test('reloads without an event, for a directory that is created later', async () => {
    await using directory = await temporaryDirectory();
    const reload = vi.fn(async () => {});
    const watch = watchDirectory(join(directory.path, 'not', 'yet'), reload, polling);
    await vi.waitFor(() => expect(reload.mock.calls.length).toBeGreaterThan(3));
    watch.close();
  });

  test('reloads while a neighbouring file is written without a pause', async () => {
    await using directory = await temporaryDirectory();
    const reload = vi.fn(async () => {});
    const watch = watchDirectory(directory.path, reload, { poll: NEVER, settle: 20 });
    await watch.attempted;
    const busy = setInterval(() => void writeFile(join(directory.path, 'log'), 'line'), 5);
    await vi.waitFor(() => expect(reload.mock.calls.length).toBeGreaterThan(2));
    clearInterval(busy);
    watch.close();
  });

  test('reloads no more once it is closed', async () => {
    await using directory = await temporaryDirectory();
    const reload = vi.fn(async () => {});
    const watch = watchDirectory(directory.path, reload, { poll: 5, settle: 5 });
    await watch.attempted;
    await writeFile(join(directory.path, 'tls.crt'), 'new');
    watch.close();
    const { length } = reload.mock.calls;
    const later = vi.fn(async () => {});
    const other = watchDirectory(directory.path, later, polling);
    await vi.waitFor(() => expect(later.mock.calls.length).toBeGreaterThan(3));
    other.close();
    expect(reload).toHaveBeenCalledTimes(length);
  });

  test('waits for further changes again after a reload', async () => {
    await using directory = await temporaryDirectory();
    const reload = vi.fn(async () => {});
    const settle = 7;
    const watch = watchDirectory(directory.path, reload, { poll: NEVER, settle });
    await writeFile(join(directory.path, 'tls.crt'), 'new');
    await vi.waitFor(() => expect(reload.mock.calls.length).toBeGreaterThan(1));
    // Longer than changes without a pause may delay a reload.
    const later = performance.now() + 10 * settle;
    await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(later));
    using timers = vi.spyOn(globalThis, 'setTimeout');
    await writeFile(join(directory.path, 'tls.crt'), 'newer');
    await vi.waitFor(() => expect(timers.mock.calls.length).toBeGreaterThan(0));
    expect(timers.mock.calls[0]?.[1]).toBe(settle);
    watch.close();
  });

  test('keeps one watch of the system however often it polls, and none once it is closed', async () => {
    await using directory = await temporaryDirectory();
    const watches = () => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
    const before = watches();
    const reload = vi.fn(async () => {});
    const watch = watchDirectory(directory.path, reload, polling);
    await vi.waitFor(() => expect(reload.mock.calls.length).toBeGreaterThan(5));
    expect(watches() - before).toBe(1);
    watch.close();
    await vi.waitFor(() => expect(watches() - before).toBe(0));
  });

  test('watches a directory that replaces another', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'certs');
    await mkdir(path);
    const reload = vi.fn(async () => {});
    const watch = watchDirectory(path, reload, { poll: 300, settle: 1 });
    await watch.attempted;
    await rename(path, `${path}.old`);
    await mkdir(path);
    // The poll that follows watches the new one; from then on its events arrive.
    const polled = reload.mock.calls.length;
    await vi.waitFor(() => expect(reload.mock.calls.length).toBeGreaterThan(polled), { timeout: 5_000 });
    await writeFile(join(path, 'tls.crt'), 'new');
    const before = reload.mock.calls.length;
    await vi.waitFor(() => expect(reload.mock.calls.length).toBeGreaterThan(before), { timeout: 5_000 });
    watch.close();
  });

  test('never reloads twice at once, and reloads again after a change meanwhile', async () => {
    await using directory = await temporaryDirectory();
    let running = 0;
    let most = 0;
    let finish = (): void => {};
    const reload = vi.fn(async () => {
      running += 1;
      most = Math.max(most, running);
      if (reload.mock.calls.length === 1)
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
      running -= 1;
    });
    const watch = watchDirectory(directory.path, reload, { poll: 10, settle: 1 });
    await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
    await writeFile(join(directory.path, 'tls.crt'), 'new');
    finish();
    await vi.waitFor(() => expect(reload.mock.calls.length).toBeGreaterThan(2));
    expect(most).toBe(1);
    watch.close();
  });
});

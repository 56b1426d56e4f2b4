import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { watchDirectory } from '../../src/server/file-watch.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const NEVER = 3_600_000;
const events = { poll: NEVER, settle: 5 };
const polling = { poll: 20, settle: NEVER };

test('it looks once at the beginning', async () => {
  await using directory = await temporaryDirectory();
  const look = vi.fn(async () => {});
  const watch = watchDirectory(directory.path, look, events);
  await watch.looked;
  expect(look).toHaveBeenCalledTimes(1);
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
])('it looks again when %s', async (_, change) => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'tls.crt'), 'old');
  await writeFile(join(directory.path, 'tls.key'), 'old');
  const look = vi.fn(async () => {});
  const watch = watchDirectory(directory.path, look, events);
  await watch.looked;
  await change(directory.path);
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(1));
  watch.close();
});

test('it looks now and then without being told: a directory may come later', async () => {
  await using directory = await temporaryDirectory();
  const look = vi.fn(async () => {});
  const watch = watchDirectory(join(directory.path, 'not', 'yet'), look, polling);
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(3));
  watch.close();
});

test('a busy neighbour does not keep it from looking', async () => {
  await using directory = await temporaryDirectory();
  const look = vi.fn(async () => {});
  const watch = watchDirectory(directory.path, look, { poll: NEVER, settle: 20 });
  await watch.looked;
  const busy = setInterval(() => void writeFile(join(directory.path, 'log'), 'line'), 5);
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(2));
  clearInterval(busy);
  watch.close();
});

test('a directory that is replaced is watched, too', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'certs');
  await mkdir(path);
  const look = vi.fn(async () => {});
  const watch = watchDirectory(path, look, { poll: 300, settle: 1 });
  await watch.looked;
  await rename(path, `${path}.old`);
  await mkdir(path);
  // The poll that follows watches the new one; from then on events tell of it.
  const polled = look.mock.calls.length;
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(polled), { timeout: 5_000 });
  await writeFile(join(path, 'tls.crt'), 'new');
  const before = look.mock.calls.length;
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(before), { timeout: 5_000 });
  watch.close();
});

test('it never looks twice at once, and misses nothing that changed meanwhile', async () => {
  await using directory = await temporaryDirectory();
  let looking = 0;
  let most = 0;
  let finish = (): void => {};
  const look = vi.fn(async () => {
    looking += 1;
    most = Math.max(most, looking);
    if (look.mock.calls.length === 1)
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    looking -= 1;
  });
  const watch = watchDirectory(directory.path, look, { poll: 10, settle: 1 });
  await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(1));
  await writeFile(join(directory.path, 'tls.crt'), 'new');
  finish();
  await vi.waitFor(() => expect(look.mock.calls.length).toBeGreaterThan(2));
  expect(most).toBe(1);
  watch.close();
});

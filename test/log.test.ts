import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logFile } from '../src/log.ts';
import { temporaryDirectory } from './support/temporary.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('logFile', () => {
  it('writes a single line soon, and nothing while there is no other', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'log');
    const descriptor = fs.openSync(path, 'w');
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
    const written = vi.spyOn(fs, 'write');

    const file = logFile(descriptor);
    file.write('{"msg":"one"}\n');
    expect(fs.readFileSync(path, 'utf8')).toBe('');
    vi.advanceTimersByTime(250);
    vi.useRealTimers();
    await vi.waitFor(() => expect(fs.readFileSync(path, 'utf8')).toBe('{"msg":"one"}\n'));
    expect(written).toHaveBeenCalledOnce();

    file.write('{"msg":"two"}\n');
    await vi.waitFor(() => expect(fs.readFileSync(path, 'utf8')).toBe('{"msg":"one"}\n{"msg":"two"}\n'));
    expect(written).toHaveBeenCalledTimes(2);
    fs.closeSync(descriptor);
  });

  it('an idle log writes nothing', async () => {
    await using directory = await temporaryDirectory();
    const descriptor = fs.openSync(join(directory.path, 'log'), 'w');
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
    const written = vi.spyOn(fs, 'write');
    logFile(descriptor);
    vi.advanceTimersByTime(60_000);
    expect(written).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    fs.closeSync(descriptor);
  });
});

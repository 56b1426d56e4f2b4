import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WakeSignal } from '../../../src/cli/serve/managed-certificate.ts';

const never = new AbortController().signal;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether a sleep of half a minute ends at its end and no earlier. */
async function sleepsToItsEnd(wake: WakeSignal): Promise<boolean> {
  let awake = false;
  const asleep = wake.sleep(30_000, never).then(() => {
    awake = true;
  });
  await vi.advanceTimersByTimeAsync(29_999);
  if (awake) return false;
  await vi.advanceTimersByTimeAsync(1);
  await asleep;
  return awake;
}

describe('a wake signal', () => {
  it('lets a sleep last to its end when it is not woken', async () => {
    expect(await sleepsToItsEnd(new WakeSignal())).toBe(true);
  });

  it('ends a sleep', async () => {
    const wake = new WakeSignal();
    const asleep = wake.sleep(60_000, never);
    wake.wake();
    await asleep;
  });

  it('skips the next sleep when it was woken before, but only that one', async () => {
    const wake = new WakeSignal();
    wake.wake();
    wake.wake();
    await wake.sleep(60_000, never);
    expect(await sleepsToItsEnd(wake)).toBe(true);
  });

  it('does not sleep after the abort signal, which also ends a sleep', async () => {
    const stop = new AbortController();
    const wake = new WakeSignal();
    const asleep = wake.sleep(60_000, stop.signal);
    stop.abort();
    await asleep;
    await wake.sleep(60_000, stop.signal);
  });
});

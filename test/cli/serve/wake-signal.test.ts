import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WakeSignal } from '../../../src/cli/serve/wake-signal.ts';

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

test('sleeps to its end when it is not woken', async () => {
  expect(await sleepsToItsEnd(new WakeSignal())).toBe(true);
});

test('can be woken', async () => {
  const wake = new WakeSignal();
  const asleep = wake.sleep(60_000, never);
  wake.wake();
  await asleep;
});

test('does not fall asleep when it was woken before, once', async () => {
  const wake = new WakeSignal();
  wake.wake();
  wake.wake();
  await wake.sleep(60_000, never);
  expect(await sleepsToItsEnd(wake)).toBe(true);
});

test('the signal ends it, before and while it sleeps', async () => {
  const stop = new AbortController();
  const wake = new WakeSignal();
  const asleep = wake.sleep(60_000, stop.signal);
  stop.abort();
  await asleep;
  await wake.sleep(60_000, stop.signal);
});

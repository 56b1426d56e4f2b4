import { expect, test } from 'vitest';
import { WakeSignal } from '../../../src/cli/serve/wake-signal.ts';

const never = new AbortController().signal;

test('sleeps as long as nobody wakes it', async () => {
  const began = performance.now();
  await new WakeSignal().sleep(30, never);
  expect(performance.now() - began).toBeGreaterThan(25);
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
  const began = performance.now();
  await wake.sleep(30, never);
  expect(performance.now() - began).toBeGreaterThan(25);
});

test('the signal ends it, before and while it sleeps', async () => {
  const stop = new AbortController();
  const wake = new WakeSignal();
  const asleep = wake.sleep(60_000, stop.signal);
  stop.abort();
  await asleep;
  await wake.sleep(60_000, stop.signal);
});

import { expect, test } from 'vitest';
import { Wake } from '../../../src/cli/serve/wake.ts';

const never = new AbortController().signal;

test('sleeps as long as nobody wakes it', async () => {
  const began = performance.now();
  await new Wake().sleep(30, never);
  expect(performance.now() - began).toBeGreaterThan(25);
});

test('can be woken', async () => {
  const wake = new Wake();
  const asleep = wake.sleep(60_000, never);
  wake.wake();
  await asleep;
});

test('does not fall asleep when it was woken before, once', async () => {
  const wake = new Wake();
  wake.wake();
  wake.wake();
  await wake.sleep(60_000, never);
  const began = performance.now();
  await wake.sleep(30, never);
  expect(performance.now() - began).toBeGreaterThan(25);
});

test('the signal ends it, before and while it sleeps', async () => {
  const stop = new AbortController();
  const wake = new Wake();
  const asleep = wake.sleep(60_000, stop.signal);
  stop.abort();
  await asleep;
  await wake.sleep(60_000, stop.signal);
});

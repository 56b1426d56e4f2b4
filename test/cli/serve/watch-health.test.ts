import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchHealth } from '../../../src/cli/serve/watch-health.ts';
import { createMetrics } from '../../../src/server/metrics/metrics.ts';
import { collectLog } from '../../support/log.ts';
import { seriesIn } from '../../support/webhook-server.ts';

// Only the clock is fake: reading the metrics needs real timers.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

function setUp() {
  const { log, logged } = collectLog();
  const metrics = createMetrics();
  const health = watchHealth('tf-public/image-config', log, metrics);
  const silence = async () =>
    seriesIn(
      await metrics.text(),
      'image_config_admission_watch_silence_seconds{watch="tf-public/image-config"}',
    );
  return { ...health, logged, silence };
}

test('a failure is a warning when it begins or changes, its repetitions are debug lines, and its end is logged', () => {
  const { onTrouble, onHeartbeat, logged } = setUp();
  onHeartbeat();
  expect(logged('watch recovered')).toEqual([]);
  onTrouble(new Error('connect ECONNREFUSED'), 512.3);
  onTrouble(new Error('connect ECONNREFUSED'), 1_000);
  onTrouble(new Error('forbidden'), 2_000);
  expect(logged('watch failed')).toMatchObject([
    { level: 'warn', watch: 'tf-public/image-config', fault: 'connect ECONNREFUSED', pause: 512 },
    { level: 'debug', fault: 'connect ECONNREFUSED', pause: 1_000 },
    { level: 'warn', fault: 'forbidden', pause: 2_000 },
  ]);
  onHeartbeat();
  onHeartbeat();
  expect(logged('watch recovered')).toHaveLength(1);
});

test('the silence of a watch is a metric, and a heartbeat ends it', async () => {
  const { onHeartbeat, silence } = setUp();
  expect(await silence()).toBe(0);
  vi.advanceTimersByTime(90_000);
  expect(await silence()).toBe(90);
  onHeartbeat();
  expect(await silence()).toBe(0);
});

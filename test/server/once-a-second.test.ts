import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { onceASecond } from '../../src/server/once-a-second.ts';

describe('onceASecond', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('reports the first call at once, and all calls of the next second together', () => {
    const report = vi.fn();
    const called = onceASecond(report);
    called();
    expect(report.mock.calls).toEqual([[1]]);
    for (let calls = 0; calls < 1_000; calls += 1) called();
    vi.advanceTimersByTime(999);
    expect(report.mock.calls).toEqual([[1]]);
    vi.advanceTimersByTime(1);
    expect(report.mock.calls).toEqual([[1], [1_000]]);
  });

  test('reports nothing for a second without a call, and the call after it at once', () => {
    const report = vi.fn();
    const called = onceASecond(report);
    called();
    vi.advanceTimersByTime(5_000);
    expect(report.mock.calls).toEqual([[1]]);
    expect(vi.getTimerCount()).toBe(0);
    called();
    expect(report.mock.calls).toEqual([[1], [1]]);
  });

  test('reports no more than one line a second of calls without a pause, and loses none', () => {
    const report = vi.fn();
    const called = onceASecond(report);
    for (let milliseconds = 0; milliseconds < 3_000; milliseconds += 100) {
      called();
      vi.advanceTimersByTime(100);
    }
    expect(report.mock.calls).toEqual([[1], [9], [10], [10]]);
  });
});

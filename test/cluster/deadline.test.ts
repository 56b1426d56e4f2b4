import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deadline } from '../../src/cluster/deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const listenersOf = ({ signal }: AbortController): number => getEventListeners(signal, 'abort').length;

test('a deadline aborts when its time is over, with its message', () => {
  const { signal } = deadline(new AbortController().signal, 100, 'too late');
  vi.advanceTimersByTime(99);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toEqual(new Error('too late'));
});

test('an extended deadline has its new time from then on, and its new message', () => {
  const { signal, extend } = deadline(new AbortController().signal, 100, 'too late');
  vi.advanceTimersByTime(99);
  extend(50, 'silent');
  vi.advanceTimersByTime(49);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toEqual(new Error('silent'));
});

test('a deadline aborts with its parent, also one that was aborted before', () => {
  const parent = new AbortController();
  const { signal } = deadline(parent.signal, 100, 'too late');
  parent.abort(new Error('shutting down'));
  const late = deadline(parent.signal, 100, 'too late');
  for (const { reason } of [signal, late.signal]) expect(reason).toEqual(new Error('shutting down'));
});

test('a deadline leaves no timer and no listener once it has ended in any way', () => {
  const parent = new AbortController();
  deadline(parent.signal, 100, 'too late').clear();
  expect([vi.getTimerCount(), listenersOf(parent)]).toEqual([0, 0]);
  deadline(parent.signal, 100, 'too late');
  expect([vi.getTimerCount(), listenersOf(parent)]).toEqual([1, 1]);
  vi.advanceTimersByTime(100);
  expect([vi.getTimerCount(), listenersOf(parent)]).toEqual([0, 0]);
  deadline(parent.signal, 100, 'too late');
  parent.abort();
  deadline(parent.signal, 100, 'too late');
  expect([vi.getTimerCount(), listenersOf(parent)]).toEqual([0, 0]);
});

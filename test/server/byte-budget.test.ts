import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteBudget } from '../../src/server/byte-budget.ts';

test('bytes that are there are given at once', () => {
  const budget = new ByteBudget(10);
  const started: string[] = [];
  const release = budget.take(6, () => started.push('one'));
  budget.take(4, () => started.push('two'));
  expect(started).toEqual(['one', 'two']);
  expect(budget.held).toBe(10);
  release();
  expect(budget.held).toBe(4);
});

test('who comes later waits, even where it would fit: a large one is never overtaken for ever', () => {
  const budget = new ByteBudget(10);
  const started: string[] = [];
  const first = budget.take(6, () => started.push('first'));
  budget.take(8, () => started.push('large'));
  budget.take(1, () => started.push('small'));
  expect(started).toEqual(['first']);
  first();
  expect(started).toEqual(['first', 'large', 'small']);
});

test('who leaves the line makes room for the next', () => {
  const budget = new ByteBudget(10);
  const started: string[] = [];
  budget.take(6, () => started.push('first'));
  const leave = budget.take(8, () => started.push('large'));
  budget.take(1, () => started.push('small'));
  leave();
  expect(started).toEqual(['first', 'small']);
  expect(budget.held).toBe(7);
});

test('a second release does nothing', () => {
  const budget = new ByteBudget(10);
  const release = budget.take(6, () => {});
  budget.take(4, () => {});
  release();
  release();
  expect(budget.held).toBe(4);
});

test('what is larger than everything goes alone instead of never', () => {
  const budget = new ByteBudget(10);
  const started: string[] = [];
  const release = budget.take(5, () => started.push('small'));
  budget.take(50, () => started.push('huge'));
  expect(started).toEqual(['small']);
  release();
  expect(started).toEqual(['small', 'huge']);
});

test('whatever comes and goes, the budget holds, the order is kept and nothing is lost', () => {
  const step = fc.oneof(
    fc.record({ take: fc.integer({ min: 0, max: 10 }) }),
    fc.record({ release: fc.nat({ max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const budget = new ByteBudget(10);
      const started: number[] = [];
      const releases: (() => void)[] = [];
      for (const each of steps) {
        if ('take' in each) {
          const turn = releases.length;
          releases.push(budget.take(each.take, () => started.push(turn)));
        } else releases[each.release]?.();
        expect(budget.held).toBeLessThanOrEqual(10);
      }
      for (const release of releases) release();
      expect(budget.held).toBe(0);
      expect(started).toEqual([...started].sort((a, b) => a - b));
    }),
  );
});

test('who would not wait takes now or not at all', () => {
  const budget = new ByteBudget(10);
  const release = budget.takeNow(6);
  expect(release).toBeDefined();
  expect(budget.takeNow(6)).toBeUndefined();
  release?.();
  expect(budget.held).toBe(0);
  budget.take(6, () => {});
  budget.take(6, () => {});
  expect(budget.takeNow(1), 'others are in line').toBeUndefined();
});

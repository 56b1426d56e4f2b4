import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { BodyBudget, ByteBudget, type Holding } from '../../src/server/byte-budget.ts';

/** Bodies by name; `started` lists those that got their bytes, in order. */
function bodies(budget: ByteBudget) {
  const started: string[] = [];
  const grow = (name: string, bytes: number, holding = budget.hold()): Holding => {
    holding.grow(bytes, () => started.push(name));
    return holding;
  };
  return { started, grow };
}

describe('ByteBudget', () => {
  test('bytes within the total are given at once', () => {
    const budget = new ByteBudget(10);
    const { started, grow } = bodies(budget);
    const one = grow('one', 6);
    grow('two', 4);
    expect(started).toEqual(['one', 'two']);
    expect(budget.held).toBe(10);
    one.release();
    expect(budget.held).toBe(4);
  });

  test('a later body waits even where it would fit, so that a large one is never overtaken for ever', async () => {
    const budget = new ByteBudget(10);
    const { started, grow } = bodies(budget);
    const first = grow('first', 6);
    const beyond = grow('beyond', 6);
    grow('waiting', 9);
    grow('small', 1);
    expect(started).toEqual(['first', 'beyond']);
    first.release();
    expect(started).toEqual(['first', 'beyond']);
    beyond.release();
    await vi.waitFor(() => expect(started).toEqual(['first', 'beyond', 'waiting', 'small']));
  });

  test('a waiting body starts when the answer to the one before it is counted', async () => {
    const budget = new ByteBudget(10);
    const first = budget.hold();
    first.grow(10, () => {});
    const counted: number[] = [];
    for (let waiting = 0; waiting < 5; waiting++) {
      const holding = budget.hold();
      // The answer is there a few promises later.
      const answer = async (): Promise<void> => {
        await Promise.resolve();
        holding.replaceBy(8);
        counted.push(budget.held);
      };
      holding.grow(1, () => void answer());
    }
    first.release();
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    // One went beyond while there was no room, one fits beside it.
    expect(counted).toEqual([9, 16]);
  });

  test('bodies that have arrived in part do not deadlock: one may exceed the total', () => {
    const budget = new ByteBudget(10);
    const { started, grow } = bodies(budget);
    const one = grow('one', 5);
    const two = grow('two', 5);
    grow('one more', 5, one);
    grow('two more', 5, two);
    expect(started).toEqual(['one', 'two', 'one more']);
    grow('one still more', 5, one);
    expect(started.at(-1)).toBe('one still more');
    one.release();
    expect(started.at(-1)).toBe('two more');
    two.release();
    expect(budget.held).toBe(0);
  });

  test('a waiting body that is released makes room for the next', () => {
    const budget = new ByteBudget(10);
    const { started, grow } = bodies(budget);
    grow('first', 6);
    const beyond = grow('beyond', 6);
    const waiting = grow('waiting', 8);
    grow('small', 1);
    waiting.release();
    expect(started).toEqual(['first', 'beyond']);
    beyond.release();
    expect(started).toEqual(['first', 'beyond', 'small']);
  });

  test('an answer counts in place of its body, beyond the total too, and later bodies wait', () => {
    const budget = new ByteBudget(10);
    const { started, grow } = bodies(budget);
    const answered = grow('answered', 4);
    answered.replaceBy(25);
    expect(budget.held).toBe(25);
    expect(budget.holdNow(1)).toBeUndefined();
    grow('beyond', 1);
    grow('waiting', 1);
    expect(started).toEqual(['answered', 'beyond']);
    answered.replaceBy(2);
    expect(started).toEqual(['answered', 'beyond', 'waiting']);
    answered.release();
    answered.replaceBy(5);
    expect(budget.held).toBe(2);
  });

  test('a second release does nothing, and growing after it does nothing', () => {
    const budget = new ByteBudget(10);
    const { started, grow } = bodies(budget);
    const one = grow('one', 6);
    grow('two', 4);
    one.release();
    one.release();
    grow('too late', 1, one);
    expect(started).toEqual(['one', 'two']);
    expect(budget.held).toBe(4);
  });

  test('a body that has arrived whole is taken at once or not at all', () => {
    const budget = new ByteBudget(10);
    const { started, grow } = bodies(budget);
    const first = grow('first', 5);
    grow('beyond', 9);
    grow('waiting', 9);
    expect(budget.holdNow(1)).toBeUndefined();
    first.release();
    const now = budget.holdNow(1);
    expect(budget.held).toBe(10);
    now?.release();
    expect(budget.held).toBe(9);
    expect(started).toEqual(['first', 'beyond']);
  });

  test('in any order of steps at most the total and one body are held, and all is released in the end', () => {
    const step = fc.oneof(
      fc.record({ grow: fc.nat({ max: 5 }), bytes: fc.integer({ min: 0, max: 10 }) }),
      fc.record({ release: fc.nat({ max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const budget = new ByteBudget(30);
        const open = new Map<number, { holding: Holding; asked: number }>();
        let started = 0;
        let asked = 0;
        for (const each of steps) {
          if ('release' in each) {
            open.get(each.release)?.holding.release();
            open.delete(each.release);
          } else {
            const body = open.get(each.grow) ?? { holding: budget.hold(), asked: 0 };
            open.set(each.grow, body);
            body.asked += each.bytes;
            body.holding.grow(each.bytes, () => {
              started += 1;
            });
            asked += 1;
          }
          const largest = Math.max(0, ...[...open.values()].map((body) => body.asked));
          expect(budget.held).toBeLessThanOrEqual(30 + largest);
        }
        for (const { holding } of open.values()) holding.release();
        expect(budget.held).toBe(0);
        expect(started).toBeLessThanOrEqual(asked);
      }),
    );
  });
});

describe('BodyBudget', () => {
  const MIB = 1024 * 1024;

  test('small bodies have a share that large ones never take, and both shares keep to the total', () => {
    const budget = new BodyBudget(64 * MIB, 8 * MIB);
    const fill = (bytes: number, declared: number | undefined) => {
      for (let count = 0; count < 1_000; count++) budget.hold(declared).grow(bytes, () => {});
    };
    fill(8 * MIB, 8 * MIB);
    fill(8 * MIB, undefined);
    expect(budget.held).toBeLessThanOrEqual(48 * MIB);
    let started = false;
    budget.hold(256 * 1024).grow(256 * 1024, () => {
      started = true;
    });
    expect(started).toBe(true);
    fill(256 * 1024, 256 * 1024);
    expect(budget.held).toBeLessThanOrEqual(64 * MIB);
  });

  test('a body that has arrived whole takes the share of small ones first, then that of large ones', () => {
    const budget = new BodyBudget(16 * MIB, 2 * MIB);
    const taken = Array.from({ length: 20 }, () => budget.holdNow(MIB)).filter(Boolean);
    // Four MiB less a small body, and twelve less the largest body.
    expect(taken).toHaveLength(3 + 10);
    expect(budget.held).toBe(13 * MIB);
    for (const holding of taken) holding?.release();
    expect(budget.held).toBe(0);
  });

  test('a total that is too small for both shares still lets one body of each through', () => {
    const budget = new BodyBudget(1_000, 2_000);
    expect(budget.holdNow(1)).toBeUndefined();
    const started: number[] = [];
    budget.hold(1_000).grow(1_000, () => started.push(1));
    budget.hold(undefined).grow(2_000, () => started.push(2));
    expect(started).toEqual([1, 2]);
  });
});

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { attachControlPlane } from '../control-plane.ts';
import { type Outcome, strikeUnderLoad } from '../faults/under-load.ts';
import { startWorld, type World } from '../faults/world.ts';
import { AT_ONCE } from '../support/pod-stream.ts';

/*
 * Those faults under a steady stream of new Pods that no other test has: drills.test.ts kills and restarts, managed-certificates.test.ts
 * renews, catalog-watch.test.ts silences. `npm run faults` does all of them, and prints what people meet with.
 */

const controlPlane = attachControlPlane(inject('site'));
let world: World;

beforeAll(async () => {
  world = await startWorld(controlPlane);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const none = { refused: 0, withoutFacts: 0, wrong: 0, lost: [], away: 0 };

const print = (title: string, { made, right, refused, withoutFacts }: Outcome): void =>
  console.log(`${title}: ${made} Pods, ${right} right, ${refused} refused, ${withoutFacts} without facts`);

describe('under a steady stream of new Pods', () => {
  it('the Lease holder that is killed takes along what was in flight, and nothing later', async () => {
    const outcome = await strikeUnderLoad(world, 'lease');
    print('the Lease holder killed', outcome);
    expect(outcome).toMatchObject({ wrong: 0, lost: [], away: 0 });
    // In flight, and the new connections of the second in which its address was still called.
    expect(outcome.refused + outcome.withoutFacts).toBeLessThanOrEqual(4 * AT_ONCE);
    expect(outcome.right).toBeGreaterThan(300);
  });

  it('the largest allowed catalog is applied, and every Pod is created as it has to be', async () => {
    const outcome = await strikeUnderLoad(world, 'largest');
    print('the largest catalog', outcome);
    expect(outcome).toMatchObject(none);
  });

  it('a bad catalog is refused, then stored by force, and every Pod is created as it has to be', async () => {
    const outcome = await strikeUnderLoad(world, 'bad');
    print('a bad catalog', outcome);
    expect(outcome).toMatchObject(none);
  });
});

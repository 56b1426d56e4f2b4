import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { attachControlPlane } from '../control-plane.ts';
import { type FaultName, faults } from '../faults/faults.ts';
import { strikeUnderLoad } from '../faults/under-load.ts';
import { startWorld, type World } from '../faults/world.ts';

/*
 * Each fault under a steady stream of new Pods. `npm run faults` does the same on a control plane of its own, and prints a table of the
 * results.
 */

const controlPlane = attachControlPlane(inject('site'));
let world: World;

beforeAll(async () => {
  world = await startWorld(controlPlane);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const all = (Object.keys(faults) as FaultName[]).filter((name) => name !== 'none');

describe('under a steady stream of new Pods', () => {
  it.each(all.map((name) => [faults[name].title, name] as const))(
    '%s, and no Pod is wrong or lost; at most those in flight miss a call',
    async (title, name) => {
      const count = await strikeUnderLoad(world, name);
      const { made, right, refused, withoutAnnotations, away } = count;
      console.log(
        `${title}: ${made} Pods, ${right} right, ${refused} refused, ${withoutAnnotations} without annotations`,
      );
      expect(count).toMatchObject({ wrong: 0, lost: [] });
      expect(refused + withoutAnnotations).toBeLessThanOrEqual(faults[name].mayMiss ?? 0);
      expect(refused).toBeLessThanOrEqual(faults[name].mayRefuse ?? 0);
      expect(right).toBeGreaterThanOrEqual(300);
      if (name !== 'api-server') expect(away).toBe(0);
    },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, OVERLAP, SECOND, World } from '../support/managed-world.ts';

/** Between two looks of a replica. */
const LOOK = 5 * SECOND;

/** Histories a test run; a variable asks for more. */
const RUNS = Number(process.env.HISTORIES ?? 200);

type Happening =
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'clock'; readonly replica: number; readonly wrongBy: number }
  | { readonly kind: 'delete' }
  | { readonly kind: 'damage'; readonly key: string; readonly text: string | undefined }
  | { readonly kind: 'overwrite'; readonly configuration: number; readonly text: string }
  | { readonly kind: 'deafness'; readonly deaf: boolean }
  | { readonly kind: 'restart'; readonly replica: number };

const ofTime = fc.oneof(
  { weight: 3, arbitrary: fc.constant(LOOK) },
  { weight: 2, arbitrary: fc.constant(DAY) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: LOOK }) },
);
const time = ofTime.map((milliseconds): Happening => ({ kind: 'time', milliseconds }));
const clock = fc
  .record({ replica: fc.nat(1), wrongBy: fc.constantFrom(-DAY, 0, DAY) })
  .map((facts): Happening => ({ kind: 'clock', ...facts }));
const deletion = fc.constant<Happening>({ kind: 'delete' });
const keys = ['ca.crt', 'ca.key', 'tls.crt', 'tls.key', 'next-ca.crt', 'next-ca.key', 'previous-ca.crt'];
const damage = fc
  .record({ key: fc.constantFrom(...keys), text: fc.constantFrom(undefined, '', 'junk') })
  .map((facts): Happening => ({ kind: 'damage', ...facts }));
const overwriting = fc
  .record({ configuration: fc.nat(1), text: fc.constantFrom('', 'junk') })
  .map((facts): Happening => ({ kind: 'overwrite', ...facts }));
const deafness = fc.boolean().map((deaf): Happening => ({ kind: 'deafness', deaf }));
const restart = fc.nat(1).map((replica): Happening => ({ kind: 'restart', replica }));

function happen(world: World, happening: Happening): void {
  switch (happening.kind) {
    case 'time':
      world.now += happening.milliseconds;
      return;
    case 'clock': {
      const replica = world.replicas[happening.replica];
      if (replica) replica.wrongBy = happening.wrongBy;
      return;
    }
    case 'delete':
      world.secret = undefined;
      return;
    case 'damage':
      if (world.secret) world.writeSecret({ ...world.secret.data, [happening.key]: happening.text });
      return;
    case 'overwrite':
      world.writeBundle(happening.configuration, happening.text);
      return;
    case 'deafness':
      world.deaf = happening.deaf;
      return;
    case 'restart':
      world.replicas[happening.replica]?.restart();
      return;
  }
}

/** Numbers from 0 to below 1, the same for the same seed. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Both replicas look at once; their calls of the API come in any order, `afterEach` is asked between any two of them. */
async function lookTogether(world: World, random: () => number, afterEach = (): void => {}): Promise<void> {
  let looking = world.replicas.length;
  const waiting: (() => void)[] = [];
  world.turn = () => new Promise((resolve) => waiting.push(resolve));
  const looks = world.replicas.map(async (replica) => {
    while ((await replica.look()).again);
    looking -= 1;
  });
  while (looking > 0) {
    // Whoever can go on without the API does so first.
    await new Promise(setImmediate);
    waiting.splice(Math.floor(random() * waiting.length), 1)[0]?.();
    afterEach();
  }
  await Promise.all(looks);
}

async function settle(world: World, random: () => number): Promise<void> {
  world.deaf = false;
  for (let passed = 0; passed <= 8 * OVERLAP; passed += LOOK) {
    world.now += LOOK;
    await lookTogether(world, random);
  }
}

function twoReplicas(): World {
  const world = new World();
  world.addReplica();
  world.addReplica();
  return world;
}

test('from a good start no call is ever refused, whatever becomes due, deleted or damaged, in any order', async () => {
  const happenings = fc.array(
    fc.oneof({ weight: 8, arbitrary: time }, { weight: 1, arbitrary: clock }, deletion, damage, deafness),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(happenings, fc.nat(80), fc.nat(), async (history, age, seed) => {
      const random = numbersFrom(seed);
      const world = twoReplicas();
      await settle(world, random);
      for (let day = 0; day < age; day += 1) {
        world.now += DAY;
        await lookTogether(world, random);
      }
      await settle(world, random);
      expect(world.unfinished()).toBeUndefined();

      for (const happening of history) {
        happen(world, happening);
        expect(world.refusedCall()).toBeUndefined();
        await lookTogether(world, random, () => expect(world.refusedCall()).toBeUndefined());
      }
      await settle(world, random);
      expect(world.unfinished()).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
});

test('from any state it comes to one authority, one serving certificate, and callers that believe it', async () => {
  const happenings = fc.array(fc.oneof(time, clock, deletion, damage, overwriting, deafness, restart), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(happenings, fc.nat(), async (history, seed) => {
      const random = numbersFrom(seed);
      const world = twoReplicas();
      for (const happening of history) {
        happen(world, happening);
        if (happening.kind === 'time') await lookTogether(world, random);
      }
      await settle(world, random);
      expect(world.unfinished()).toBeUndefined();
      expect(world.refusedCall()).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
});

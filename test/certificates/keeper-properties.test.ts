import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, OVERLAP, type Replica, SECOND, World } from '../support/managed-world.ts';

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
  | { readonly kind: 'outage'; readonly failing: number }
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
const outage = fc.constantFrom(0.1, 0.5, 1).map((failing): Happening => ({ kind: 'outage', failing }));
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
    case 'outage':
      world.failing = happening.failing;
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

const noAnswer = new Error('no answer');

/** As `serve` does: again, as long as something changes. */
async function look(replica: Replica): Promise<void> {
  try {
    while ((await replica.look()).again);
  } catch (error) {
    if (error !== noAnswer) throw error;
  }
}

/** Both replicas look at once; their calls of the API come in any order, `afterEach` is asked between any two of them. */
async function lookTogether(world: World, random: () => number, afterEach = (): void => {}): Promise<void> {
  let looking = world.replicas.length;
  const waiting: ((fails: boolean) => void)[] = [];
  world.turn = () =>
    new Promise((resolve, reject) => waiting.push((fails) => (fails ? reject(noAnswer) : resolve())));
  const looks = world.replicas.map(async (replica) => {
    await look(replica);
    looking -= 1;
  });
  while (looking > 0) {
    // Whoever can go on without the API does so first.
    await new Promise(setImmediate);
    const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
    next?.(world.failing > 0 && random() < world.failing);
    afterEach();
  }
  await Promise.all(looks);
  world.failing = 0;
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

test('a day without an API server, just after the authority changed, is no day in which others could have looked', async () => {
  const world = twoReplicas();
  const [first, second] = world.replicas as [Replica, Replica];
  await look(first);
  await look(second);
  happen(world, { kind: 'delete' });
  // Bundles are written by the first reconciliation, and found in place by the next.
  await look(first);
  await look(first);
  for (let passed = 0; world.stored?.previous === undefined; passed += LOOK) {
    expect(passed).toBeLessThan(2 * OVERLAP);
    await look(second);
    world.now += LOOK;
    await look(first);
  }
  // Here the API server goes away, before the second replica has looked again; then the first is faster once more.
  world.now += DAY;
  await look(first);
  expect(world.refusedCall()).toBeUndefined();
  await look(second);
  await settle(world, numbersFrom(0));
  expect(world.unfinished()).toBeUndefined();
});

/** Histories that were refused once. */
const FOUND: [Happening[], number, number][] = [
  [
    [
      { kind: 'clock', replica: 0, wrongBy: -DAY },
      { kind: 'time', milliseconds: DAY },
      { kind: 'delete' },
      { kind: 'time', milliseconds: DAY },
      { kind: 'time', milliseconds: DAY },
    ],
    76,
    87_401_445,
  ],
];

test('from a good start no call is ever refused, whatever becomes due, deleted or damaged, in any order', async () => {
  const happenings = fc.array(
    fc.oneof({ weight: 8, arbitrary: time }, clock, deletion, damage, deafness, outage),
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
    { numRuns: RUNS, examples: FOUND },
  );
});

test('from any state it comes to one authority, one serving certificate, and callers that believe it', async () => {
  const happenings = fc.array(
    fc.oneof(time, clock, deletion, damage, overwriting, deafness, outage, restart),
    { maxLength: 40 },
  );
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

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, OVERLAP, type Replica, SECOND, World } from '../support/managed-world.ts';

/** Milliseconds between two reconciliations of a replica. */
const PERIOD = 5 * SECOND;

/** Histories in a test run; a variable sets another number. */
const RUNS = Number(process.env.HISTORIES ?? 200);

type Incident =
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'clock'; readonly replica: number; readonly wrongBy: number }
  | { readonly kind: 'delete' }
  | { readonly kind: 'damage'; readonly key: string; readonly text: string | undefined }
  | { readonly kind: 'overwrite'; readonly configuration: number; readonly text: string }
  | { readonly kind: 'forbidden-writes'; readonly forbidden: boolean }
  | { readonly kind: 'outage'; readonly failing: number }
  | { readonly kind: 'restart'; readonly replica: number };

const ofTime = fc.oneof(
  { weight: 3, arbitrary: fc.constant(PERIOD) },
  { weight: 2, arbitrary: fc.constant(DAY) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: PERIOD }) },
);
const time = ofTime.map((milliseconds): Incident => ({ kind: 'time', milliseconds }));
const clock = fc
  .record({ replica: fc.nat(1), wrongBy: fc.constantFrom(-DAY, 0, DAY) })
  .map((facts): Incident => ({ kind: 'clock', ...facts }));
const deletion = fc.constant<Incident>({ kind: 'delete' });
const keys = ['ca.crt', 'ca.key', 'tls.crt', 'tls.key', 'next-ca.crt', 'next-ca.key', 'previous-ca.crt'];
const damage = fc
  .record({ key: fc.constantFrom(...keys), text: fc.constantFrom(undefined, '', 'junk') })
  .map((facts): Incident => ({ kind: 'damage', ...facts }));
const overwriting = fc
  .record({ configuration: fc.nat(1), text: fc.constantFrom('', 'junk') })
  .map((facts): Incident => ({ kind: 'overwrite', ...facts }));
const forbiddenWrites = fc.boolean().map((forbidden): Incident => ({ kind: 'forbidden-writes', forbidden }));
const outage = fc.constantFrom(0.1, 0.5, 1).map((failing): Incident => ({ kind: 'outage', failing }));
const restart = fc.nat(1).map((replica): Incident => ({ kind: 'restart', replica }));

function apply(world: World, incident: Incident): void {
  switch (incident.kind) {
    case 'time':
      world.now += incident.milliseconds;
      return;
    case 'clock': {
      const replica = world.replicas[incident.replica];
      if (replica) replica.wrongBy = incident.wrongBy;
      return;
    }
    case 'delete':
      world.secret = undefined;
      return;
    case 'damage':
      if (world.secret) world.writeSecret({ ...world.secret.data, [incident.key]: incident.text });
      return;
    case 'overwrite':
      world.writeBundle(incident.configuration, incident.text);
      return;
    case 'forbidden-writes':
      world.forbidden = incident.forbidden;
      return;
    case 'outage':
      world.failing = incident.failing;
      return;
    case 'restart':
      world.replicas[incident.replica]?.restart();
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

/** Reconciles as `serve` does: again at once after a change of the Secret. */
async function reconcile(replica: Replica): Promise<void> {
  try {
    while ((await replica.reconcile()).again);
  } catch (error) {
    if (error !== noAnswer) throw error;
  }
}

/** Both replicas reconcile at once. Their API calls happen in random order, and `afterEach` runs between any two of them. */
async function reconcileTogether(
  world: World,
  random: () => number,
  afterEach = (): void => {},
): Promise<void> {
  let active = world.replicas.length;
  const waiting: ((fails: boolean) => void)[] = [];
  world.turn = () =>
    new Promise((resolve, reject) => waiting.push((fails) => (fails ? reject(noAnswer) : resolve())));
  const reconciliations = world.replicas.map(async (replica) => {
    await reconcile(replica);
    active -= 1;
  });
  while (active > 0) {
    // First let everything run that does not wait for the API.
    await new Promise(setImmediate);
    const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
    next?.(world.failing > 0 && random() < world.failing);
    afterEach();
  }
  await Promise.all(reconciliations);
  world.failing = 0;
}

async function settle(world: World, random: () => number): Promise<void> {
  world.forbidden = false;
  for (let passed = 0; passed <= 8 * OVERLAP; passed += PERIOD) {
    world.now += PERIOD;
    await reconcileTogether(world, random);
  }
}

function twoReplicas(): World {
  const world = new World();
  world.addReplica();
  world.addReplica();
  return world;
}

test('a day without an API server does not count towards the overlap of two authorities', async () => {
  const world = twoReplicas();
  const [first, second] = world.replicas as [Replica, Replica];
  await reconcile(first);
  await reconcile(second);
  apply(world, { kind: 'delete' });
  // The first reconciliation writes the bundles, the next one finds them.
  await reconcile(first);
  await reconcile(first);
  for (let passed = 0; world.stored?.previous === undefined; passed += PERIOD) {
    expect(passed).toBeLessThan(2 * OVERLAP);
    await reconcile(second);
    world.now += PERIOD;
    await reconcile(first);
  }
  // The API server is away for a day before the second replica reconciles again; then the first one comes first again.
  world.now += DAY;
  await reconcile(first);
  expect(world.failingCall()).toBeUndefined();
  await reconcile(second);
  await settle(world, numbersFrom(0));
  expect(world.unfinished()).toBeUndefined();
});

/** Histories that failed once. */
const FOUND: [Incident[], number, number][] = [
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

test('from a good start no API server ever rejects a certificate, whatever expires, is deleted or damaged, in any order', async () => {
  const incidents = fc.array(
    fc.oneof({ weight: 8, arbitrary: time }, clock, deletion, damage, forbiddenWrites, outage),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(incidents, fc.nat(80), fc.nat(), async (history, age, seed) => {
      const random = numbersFrom(seed);
      const world = twoReplicas();
      await settle(world, random);
      for (let day = 0; day < age; day += 1) {
        world.now += DAY;
        await reconcileTogether(world, random);
      }
      await settle(world, random);
      expect(world.unfinished()).toBeUndefined();

      for (const incident of history) {
        apply(world, incident);
        expect(world.failingCall()).toBeUndefined();
        await reconcileTogether(world, random, () => expect(world.failingCall()).toBeUndefined());
      }
      await settle(world, random);
      expect(world.unfinished()).toBeUndefined();
    }),
    { numRuns: RUNS, examples: FOUND },
  );
});

test('from any state the replicas arrive at one authority, one serving certificate, and API servers that trust it', async () => {
  const incidents = fc.array(
    fc.oneof(time, clock, deletion, damage, overwriting, forbiddenWrites, outage, restart),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(incidents, fc.nat(), async (history, seed) => {
      const random = numbersFrom(seed);
      const world = twoReplicas();
      for (const incident of history) {
        apply(world, incident);
        if (incident.kind === 'time') await reconcileTogether(world, random);
      }
      await settle(world, random);
      expect(world.unfinished()).toBeUndefined();
      expect(world.failingCall()).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
});

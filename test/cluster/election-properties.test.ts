import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { electionTimes } from '../../src/cluster/observed-lease.ts';
import { ElectionWorld, type Fate, PROMPT } from '../support/election-world.ts';
import { Random } from '../support/random.ts';

const { duration, deadline, retry, timeout } = electionTimes;

/** Histories per test; the variable HISTORIES sets another number. */
const RUNS = Number(process.env.HISTORIES ?? 100);

afterEach(() => void vi.restoreAllMocks());

type Happening =
  | { readonly kind: 'time'; readonly milliseconds: number }
  | { readonly kind: 'stop' | 'resume' | 'crash' | 'restart' | 'shutDown'; readonly candidate: number }
  | { readonly kind: 'delete' | 'touch' }
  | { readonly kind: 'refuse'; readonly refusing: boolean };

const time = fc
  .integer({ min: 1, max: 20_000 })
  .map((milliseconds): Happening => ({ kind: 'time', milliseconds }));
const toOne = fc
  .record({
    // Most candidates that stop or crash return, so that much happens.
    kind: fc.constantFrom('stop', 'resume', 'resume', 'crash', 'restart', 'restart', 'shutDown'),
    candidate: fc.nat(2),
  })
  .map((facts): Happening => facts);
const toLease = fc.constantFrom<Happening>({ kind: 'delete' }, { kind: 'touch' });
const refusal = fc.boolean().map((refusing): Happening => ({ kind: 'refuse', refusing }));
const histories = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: time },
    { weight: 3, arbitrary: toOne },
    { weight: 1, arbitrary: toLease },
    { weight: 1, arbitrary: refusal },
  ),
  { maxLength: 40, size: 'max' },
);

function happen(world: ElectionWorld, happening: Exclude<Happening, { kind: 'time' }>): void {
  switch (happening.kind) {
    case 'delete':
      world.lease = undefined;
      return;
    case 'touch':
      world.touch();
      return;
    case 'refuse':
      world.refusing = happening.refusing;
      return;
    case 'restart':
      world.replace(happening.candidate);
      return;
    case 'stop':
    case 'resume':
    case 'crash':
    case 'shutDown':
      world.candidates[happening.candidate]?.[happening.kind]();
      return;
  }
}

/** Mostly prompt; sometimes slow, lost in one direction, or executed long after the timeout of the call. */
function anyFate(random: Random): Fate {
  if (!random.chance(3)) return PROMPT;
  const fate = { there: random.below(2 * timeout), back: random.below(timeout) };
  if (random.chance(6)) return { ...fate, there: random.below(4 * duration) };
  return random.chance(3) ? { ...fate, lost: random.of(['request', 'response']) } : fate;
}

/** Clock speeds that differ by less than a half. */
const rates = fc.array(fc.double({ min: 1, max: 1.49, noNaN: true }), { minLength: 3, maxLength: 3 });

/** A world of three candidates in which the seed determines all randomness. Fails as soon as two lead. */
function worldOf(seed: number, speeds: readonly number[], names = ['a', 'bb', 'ccc']): ElectionWorld {
  const random = new Random(seed);
  vi.spyOn(Math, 'random').mockImplementation(() => random.below(1_000) / 1_000);
  const world = new ElectionWorld();
  world.fate = () => anyFate(random);
  world.afterEach = () => expect(world.leaders.length, world.leaders.join(', ')).toBeLessThan(2);
  for (const [place, name] of names.entries()) world.addCandidate(name, speeds[place]);
  return world;
}

async function live(world: ElectionWorld, history: readonly Happening[]): Promise<void> {
  for (const happening of history) {
    if (happening.kind === 'time') await world.pass(happening.milliseconds);
    else happen(world, happening);
    world.afterEach();
  }
}

test('two candidates never lead at once, whatever is stopped, killed, deleted, lost, late or refused', async () => {
  let led = 0;
  await fc.assert(
    fc.asyncProperty(histories, rates, fc.nat(), async (history, speeds, seed) => {
      const world = worldOf(seed, speeds);
      await live(world, history);
      led += world.candidates.filter(({ reported }) => reported.includes(true)).length;
    }),
    { numRuns: RUNS },
  );
  expect(led).toBeGreaterThan(RUNS / 2);
});

test('two candidates of the same name never lead at once', async () => {
  await fc.assert(
    fc.asyncProperty(histories, rates, fc.nat(), (history, speeds, seed) =>
      live(worldOf(seed, speeds, ['twin', 'twin', 'twin']), history),
    ),
    { numRuns: RUNS },
  );
});

test('once faults stop, a candidate becomes leader and stays leader, from any state', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.nat(), async (history, seed) => {
      const world = worldOf(seed, [1, 1, 1]);
      await live(world, history);
      world.refusing = false;
      world.fate = () => PROMPT;
      for (const [place, candidate] of world.candidates.entries()) {
        candidate.resume();
        if (candidate.isGone) world.replace(place);
      }
      // By then late requests have arrived and every pause is over.
      await world.pass(4 * duration + deadline);
      const left = duration + 2 * retry;
      expect(await world.until(() => world.leaders.length > 0, left)).toBeLessThan(left);
      const [leader] = world.leaders;
      world.afterEach = () => expect(world.leaders).toEqual([leader]);
      await world.pass(4 * duration);
    }),
    { numRuns: RUNS },
  );
});

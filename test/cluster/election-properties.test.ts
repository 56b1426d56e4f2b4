import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { electionTimes } from '../../src/cluster/observed-lease.ts';
import { ElectionWorld, type Fate, PROMPT } from '../support/election-world.ts';
import { Random } from '../support/random.ts';

const { duration, deadline, retry, answer } = electionTimes;

/** Histories a test run; a variable asks for more. */
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
    // Who is gone comes back more often than not, or little would happen.
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

/** Mostly prompt; sometimes slow, lost on the way there or back, or done long after nobody waits for it any more. */
function anyFate(random: Random): Fate {
  if (!random.chance(3)) return PROMPT;
  const fate = { there: random.below(2 * answer), back: random.below(answer) };
  if (random.chance(6)) return { ...fate, there: random.below(4 * duration) };
  return random.chance(3) ? { ...fate, lost: random.of(['request', 'answer']) } : fate;
}

/** Clocks of which none runs half as fast again as another one. */
const rates = fc.array(fc.double({ min: 1, max: 1.49, noNaN: true }), { minLength: 3, maxLength: 3 });

/** Three candidates; all that is by chance follows from the seed. Fails as soon as two lead. */
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

test('two never lead, whatever is stopped, killed, deleted, lost, late or refused', async () => {
  let led = 0;
  await fc.assert(
    fc.asyncProperty(histories, rates, fc.nat(), async (history, speeds, seed) => {
      const world = worldOf(seed, speeds);
      await live(world, history);
      led += world.candidates.filter(({ told }) => told.includes(true)).length;
    }),
    { numRuns: RUNS },
  );
  expect(led).toBeGreaterThan(RUNS / 2);
});

test('nor do two of the same name', async () => {
  await fc.assert(
    fc.asyncProperty(histories, rates, fc.nat(), (history, speeds, seed) =>
      live(worldOf(seed, speeds, ['twin', 'twin', 'twin']), history),
    ),
    { numRuns: RUNS },
  );
});

test('from any state one comes to lead, and goes on to', async () => {
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
      // What is late is done by then, and no pause lasts longer.
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

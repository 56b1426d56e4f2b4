import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RENEW_AFTER, Schedule } from '../../src/usage/schedule.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 22, 12);

const wanted = (...ids: readonly string[]) =>
  new Map(
    ids.map((id) => [
      id,
      { id, ongoing: !id.startsWith('once'), messagePrefix: 'old', tool: id.split('/')[1] ?? '' },
    ]),
  );
const A = { id: 'a', ongoing: true, messagePrefix: 'old', tool: '' };
const ONCE = { id: 'once', ongoing: false, messagePrefix: 'old', tool: '' };

const idsOf = (due: readonly { readonly id: string }[]): string[] => due.map(({ id }) => id);

describe('a notice', () => {
  it('is due at once, and while it is ongoing again ten minutes before its Event expires', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('a'), NOON);
    schedule.recorded(A, NOON);
    expect(schedule.due(wanted('a'), NOON + RENEW_AFTER - 1)).toEqual([]);
    expect(idsOf(schedule.due(wanted('a'), NOON + RENEW_AFTER))).toEqual(['a']);
    expect(RENEW_AFTER).toBe(50 * MINUTE);
  });

  it('is due once when it is not ongoing', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('once'), NOON);
    schedule.recorded(ONCE, NOON);
    expect(schedule.due(wanted('once'), NOON + 24 * 60 * MINUTE)).toEqual([]);
  });

  it('is due at once when its prefix changes while it is ongoing', () => {
    const schedule = new Schedule(10);
    const all = (messagePrefix: string) =>
      new Map([
        ['a', { ...A, messagePrefix }],
        ['once', { ...ONCE, messagePrefix }],
      ]);
    schedule.due(all('old'), NOON);
    schedule.recorded(A, NOON);
    schedule.recorded(ONCE, NOON);
    expect(idsOf(schedule.due(all('new'), NOON + MINUTE))).toEqual(['a']);
    schedule.recorded({ ...A, messagePrefix: 'new' }, NOON + MINUTE);
    expect(schedule.due(all('new'), NOON + 2 * MINUTE)).toEqual([]);
  });

  it('is due at once when it was recorded by a clock that was ahead', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('a'), NOON);
    schedule.recorded(A, NOON + 24 * 60 * MINUTE);
    expect(idsOf(schedule.due(wanted('a'), NOON))).toEqual(['a']);
  });

  it('with a new prefix keeps its place if it was overdue before', () => {
    const schedule = new Schedule(10);
    const three = (messagePrefix: string) =>
      new Map(['late', 'other', 'early'].map((id) => [id, { id, ongoing: true, messagePrefix, tool: '' }]));
    schedule.due(three('old'), NOON);
    const recorded = (id: string, at: number) =>
      schedule.recorded({ id, ongoing: true, messagePrefix: 'old', tool: '' }, at);
    recorded('late', NOON + 40 * MINUTE);
    recorded('other', NOON + 30 * MINUTE);
    recorded('early', NOON);
    // `early` is overdue. `other` and `late` become due together, and the Event of `other` expires first.
    expect(idsOf(schedule.due(three('new'), NOON + 55 * MINUTE))).toEqual(['early', 'other', 'late']);
  });

  it('is due by the time at which another replica recorded it', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('a'), NOON);
    schedule.recorded(A, NOON - 20 * MINUTE);
    expect(idsOf(schedule.due(wanted('a'), NOON + 30 * MINUTE))).toEqual(['a']);
  });

  it('is not due again when it ends and returns', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('a'), NOON);
    schedule.recorded(A, NOON);
    schedule.due(wanted(), NOON + MINUTE);
    expect(schedule.due(wanted('a'), NOON + 2 * MINUTE)).toEqual([]);
  });

  it('is due again half a minute after a failure', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('a'), NOON);
    schedule.failed(A, NOON);
    expect(schedule.due(wanted('a'), NOON + 29_999)).toEqual([]);
    expect(idsOf(schedule.due(wanted('a'), NOON + 30_000))).toEqual(['a']);
  });

  it('is not due again when it ends and returns at the moment of its Event', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('a'), NOON);
    schedule.recorded(A, NOON);
    schedule.due(wanted(), NOON);
    expect(schedule.due(wanted('a'), NOON)).toEqual([]);
  });

  it('that is not ongoing is due again only after its Event has expired', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('once'), NOON);
    schedule.recorded(ONCE, NOON);
    schedule.due(wanted(), NOON + MINUTE);
    expect(schedule.due(wanted('once'), NOON + 59 * MINUTE)).toEqual([]);
    schedule.due(wanted(), NOON + 60 * MINUTE);
    expect(idsOf(schedule.due(wanted('once'), NOON + 61 * MINUTE))).toEqual(['once']);
  });

  it('takes turns with those of other tools', () => {
    const schedule = new Schedule(10);
    const ids = ['1/a', '2/a', '3/a', '1/b', '2/b', '1/c'];
    expect(idsOf(schedule.due(wanted(...ids), NOON))).toEqual(['1/a', '1/b', '1/c', '2/a', '2/b', '3/a']);
  });

  it('is ordered by the time at which it became due', () => {
    const schedule = new Schedule(10);
    schedule.due(wanted('b'), NOON);
    expect(idsOf(schedule.due(wanted('a', 'b'), NOON + 1))).toEqual(['b', 'a']);
  });
});

it('the schedule allows no minute more writes than its limit', () => {
  const arrivals = fc.array(fc.record({ after: fc.nat(20_000), writes: fc.integer({ min: 0, max: 4 }) }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), arrivals, (perMinute, steps) => {
      const schedule = new Schedule(perMinute);
      const written: number[] = [];
      let now = NOON;
      for (const { after, writes } of steps) {
        now += after;
        if (schedule.room(now) < writes) continue;
        schedule.wrote(writes, now);
        for (let write = 0; write < writes; write += 1) written.push(now);
      }
      for (const from of written)
        expect(written.filter((at) => from <= at && at < from + MINUTE).length).toBeLessThanOrEqual(
          perMinute,
        );
    }),
  );
});

it('the schedule allows the next write one minute after the last', () => {
  const schedule = new Schedule(1);
  schedule.wrote(1, NOON);
  expect([schedule.room(NOON + MINUTE - 1), schedule.room(NOON + MINUTE)]).toEqual([0, 1]);
});

it('the schedule ignores writes in the future, after its clock was set back', () => {
  const schedule = new Schedule(1);
  schedule.wrote(1, NOON + 24 * 60 * MINUTE);
  expect(schedule.room(NOON)).toBe(1);
});

describe('tools', () => {
  const notice = (id: string, tool: string) => ({ id, ongoing: true, messagePrefix: 'old', tool });
  const all = (...notices: readonly ReturnType<typeof notice>[]) =>
    new Map(notices.map((each) => [each.id, each]));
  const [large1, large2, large3] = ['large1', 'large2', 'large3'].map((id) => notice(id, 'large')) as [
    ReturnType<typeof notice>,
    ReturnType<typeof notice>,
    ReturnType<typeof notice>,
  ];
  const small = notice('small', 'small');

  it('take turns from one call to the next, so that no tool keeps the others waiting', () => {
    const schedule = new Schedule(10);
    const wantedNow = all(large1, large2, large3, small);
    expect(idsOf(schedule.due(wantedNow, NOON))).toEqual(['large1', 'small', 'large2', 'large3']);
    schedule.recorded(large1, NOON);
    expect(idsOf(schedule.due(wantedNow, NOON + 2_000))).toEqual(['small', 'large2', 'large3']);
  });

  it('lose their turn when recording fails', () => {
    const schedule = new Schedule(10);
    const wantedNow = all(large1, large2, small);
    schedule.due(wantedNow, NOON);
    schedule.failed(large1, NOON);
    expect(idsOf(schedule.due(wantedNow, NOON + 2_000))).toEqual(['small', 'large2']);
  });

  it('get a turn before those that had one, however long these wait for their next', () => {
    const schedule = new Schedule(10);
    schedule.due(all(large1), NOON);
    schedule.recorded(large1, NOON);
    const later = NOON + RENEW_AFTER + 5 * MINUTE;
    expect(idsOf(schedule.due(all(large1, small), later))).toEqual(['small', 'large1']);
  });

  it('have what was never recorded before what is due again', () => {
    const schedule = new Schedule(10);
    schedule.due(all(large1), NOON);
    schedule.recorded(large1, NOON);
    const later = NOON + RENEW_AFTER + 5 * MINUTE;
    expect(idsOf(schedule.due(all(large1, large2), later))).toEqual(['large2', 'large1']);
  });

  it('with new notices without end leave every second turn to those that are due again', () => {
    const schedule = new Schedule(10);
    schedule.due(all(small), NOON);
    schedule.recorded(small, NOON);
    const later = NOON + RENEW_AFTER;
    expect(idsOf(schedule.due(all(small, large1, large2), later))).toEqual(['large1', 'small', 'large2']);
    schedule.recorded(large1, later);
    expect(idsOf(schedule.due(all(small, large2, large3), later))).toEqual(['small', 'large2', 'large3']);
    schedule.recorded(small, later);
    expect(idsOf(schedule.due(all(small, large2, large3), later))).toEqual(['large2', 'large3']);
  });

  it('are all told once before any is told twice, when a thousand workloads are deprecated at once', () => {
    const perMinute = 60;
    const schedule = new Schedule(perMinute);
    const tools = 300;
    const notices = Array.from({ length: 1_000 }, (_, index) =>
      notice(`${index}`, `tool-${index < 200 ? 0 : index % tools}`),
    );
    const wantedNow = all(...notices);
    const told = new Map<string, number>();
    let now = NOON;
    for (; now < NOON + 40 * MINUTE; now += 2_000) {
      for (const due of schedule.due(wantedNow, now).slice(0, Math.floor(schedule.room(now) / 2))) {
        const times = told.get(due.tool) ?? 0;
        if (times > 0) expect(told.size).toBe(tools);
        told.set(due.tool, times + 1);
        schedule.recorded(due, now);
        schedule.wrote(2, now);
      }
    }
    expect([...told.values()].reduce((sum, times) => sum + times)).toBe(1_000);
  });
});

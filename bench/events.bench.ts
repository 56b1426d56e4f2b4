import { it } from 'vitest';
import { EVENT_TTL, Schedule } from '../src/usage/schedule.ts';
import { table } from './figures.mjs';

/*
 * Simulates the queue of Events, with a clock of its own, when many workloads are deprecated at once: who is told when, and how
 * many Events expire before they are renewed. `serve` asks the queue every two seconds.
 */

const workloads = Number(process.env.BENCH_WORKLOADS ?? 10_000);
const tools = Number(process.env.BENCH_TOOLS ?? 3_000);
const perMinute = Number(process.env.BENCH_PER_MINUTE ?? 120);
/** Workloads of the first tool. */
const LARGEST = workloads / 5;
const HOURS = 5;

const EVERY = 2_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Simulated {
  /** Minutes. */
  readonly everyTool: number;
  readonly smallTools: number;
  readonly everyWorkload: number;
  /** The share of workloads with an Event that has not expired, by hour. */
  readonly visible: readonly number[];
}

/** Each Event costs a write, for the workload and, if it has one, for its Pod. */
function simulate(writesEach: number): Simulated {
  const schedule = new Schedule(perMinute);
  const notices = Array.from({ length: workloads }, (_, index) => ({
    id: String(index),
    tool: String(index < LARGEST ? 0 : 1 + (index % (tools - 1))),
    ongoing: true,
    messagePrefix: '',
  }));
  const wanted = new Map(notices.map((notice) => [notice.id, notice]));
  const recordedAt = new Map<string, number>();
  const [toolsLeft, smallLeft, left] = [
    new Set(notices.map(({ tool }) => tool)),
    new Set(notices.filter(({ tool }) => tool !== '0').map(({ id }) => id)),
    new Set(wanted.keys()),
  ];
  const done = { tools: Number.NaN, small: Number.NaN, all: Number.NaN };
  const visible: number[] = [];
  for (let now = HOUR; now <= (1 + HOURS) * HOUR; now += EVERY) {
    // As UsageEvents does: an Event may cost four requests, so it waits for room for four.
    for (const notice of schedule.due(wanted, now)) {
      if (schedule.room(now) < 4 * writesEach) break;
      schedule.recorded(notice, now);
      schedule.wrote(writesEach, now);
      recordedAt.set(notice.id, now);
      toolsLeft.delete(notice.tool);
      smallLeft.delete(notice.id);
      left.delete(notice.id);
    }
    const minutes = (now - HOUR) / MINUTE;
    if (toolsLeft.size === 0 && Number.isNaN(done.tools)) done.tools = minutes;
    if (smallLeft.size === 0 && Number.isNaN(done.small)) done.small = minutes;
    if (left.size === 0 && Number.isNaN(done.all)) done.all = minutes;
    if (now % HOUR === 0 && now > HOUR)
      visible.push([...recordedAt.values()].filter((at) => now < at + EVENT_TTL).length / workloads);
  }
  return { everyTool: done.tools, smallTools: done.small, everyWorkload: done.all, visible };
}

it('prints when workloads that are deprecated at once get their Events', () => {
  const minutes = (value: number) =>
    Number.isNaN(value) ? `more than ${HOURS} h` : `${Math.round(value)} min`;
  const rows = [1, 2].map((writesEach) => {
    const { everyTool, smallTools, everyWorkload, visible } = simulate(writesEach);
    return [
      `${writesEach}`,
      ...[everyTool, smallTools, everyWorkload].map(minutes),
      visible.map((share) => `${Math.round(share * 100)} %`).join(', '),
    ];
  });
  const head = [
    'writes for each',
    'until each tool has one',
    'until each workload of all tools but the largest',
    'until each workload',
    'workloads with an Event after 1, 2, 3, 4, 5 h',
  ];
  process.stdout.write(
    `\n${workloads} workloads of ${tools} tools, ${LARGEST} of one; ${perMinute} writes a minute\n`,
  );
  process.stdout.write(`\n${table([head, ...rows])}\n`);
});

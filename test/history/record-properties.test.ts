import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDays, weekNumber } from '../../src/history/day.ts';
import type { HistoryLine } from '../../src/history/line.ts';
import { lineKey, readHistory } from '../../src/history/read.ts';
import { DAILY_DAYS, MAX_HISTORY_BYTES, recordLine } from '../../src/history/record.ts';
import { daysFrom, digestNumber, historyText, lineOf } from '../support/history.ts';

/** Histories to begin with: none, and one that thins a week with nearly each new one. 2024-01-01 is a Monday. */
const beginnings = [0, 360, 370].map((count) => daysFrom('2024-01-01', count).map((day) => lineOf(day)));

type Step =
  /** Time passes for all. */
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'digest'; readonly digest: string }
  /** The clock of one writer is set. */
  | { readonly kind: 'jump'; readonly writer: number; readonly days: number }
  /** A writer reads what is stored, and takes its time to write. */
  | { readonly kind: 'read' | 'write'; readonly writer: number };

const writer = fc.nat(1);
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('days'), days: fc.integer({ min: 0, max: 9 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('digest'), digest: fc.nat(2).map(digestNumber) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('jump'),
        writer,
        days: fc.oneof(fc.constant(0), fc.integer({ min: -500, max: 500 })),
      }),
    },
    { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('read', 'write'), writer }) },
  ) as fc.Arbitrary<Step>,
  { maxLength: 60, size: 'max' },
);

/** One ConfigMap with two writers, of which one may still write after the other has become the leader. */
class World {
  stored: { readonly version: number; readonly text: string };
  /** Each line of a successful write, by its key. */
  readonly written = new Map<string, HistoryLine>();
  #day: string;
  #digest = digestNumber(1);
  readonly #writers: { ahead: number; read: World['stored'] | undefined }[] = [
    { ahead: 0, read: undefined },
    { ahead: 0, read: undefined },
  ];

  constructor(beginning: readonly HistoryLine[]) {
    this.stored = { version: 0, text: historyText(beginning) };
    for (const line of beginning) this.written.set(lineKey(line), line);
    this.#day = beginning.at(-1)?.day ?? '2024-01-01';
  }

  take(step: Step): void {
    if (step.kind === 'days') this.#day = addDays(this.#day, step.days);
    else if (step.kind === 'digest') this.#digest = step.digest;
    else {
      const its = this.#writers[step.writer];
      if (!its) return;
      if (step.kind === 'jump') its.ahead = step.days;
      else if (step.kind === 'read') its.read = this.stored;
      else if (its.read) this.#write(its.read, addDays(this.#day, its.ahead));
    }
  }

  /** As an API server does: a write that follows from an outdated read is a conflict. */
  #write(read: World['stored'], day: string): void {
    if (read.version !== this.stored.version) return;
    const line = lineOf(day, { 'python3.7': [1, this.stored.version + 1] }, this.#digest);
    this.stored = { version: read.version + 1, text: recordLine(read.text, line) };
    if (!this.written.has(lineKey(line))) this.written.set(lineKey(line), line);
  }
}

it('no day is lost and none doubled, over days, failovers, conflicts, clock jumps and thinning', () => {
  fc.assert(
    fc.property(fc.constantFrom(...beginnings), steps, (beginning, taken) => {
      const world = new World(beginning);
      for (const step of taken) world.take(step);

      const { text } = world.stored;
      const { lines, faults } = readHistory(text, '2099-01-01');
      expect(faults).toEqual([]);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_HISTORY_BYTES);
      // Each line is one that was written, as it was written first.
      for (const line of lines) expect(world.written.get(lineKey(line))).toEqual(line);

      const days = [...new Set(Array.from(world.written.values(), ({ day }) => day))].sort();
      const firstWeek = weekNumber(days.at(-DAILY_DAYS) ?? days[0] ?? '2024-01-01');
      const isDaily = ({ day }: HistoryLine): boolean => weekNumber(day) >= firstWeek;
      expect(lines.filter(isDaily).map(lineKey).sort()).toEqual(
        [...world.written.values()].filter(isDaily).map(lineKey).sort(),
      );
      const weeksOf = (of: Iterable<HistoryLine>): number[] =>
        Array.from(of, ({ day }) => weekNumber(day)).filter((week) => week < firstWeek);
      const thinned = weeksOf(lines);
      expect(new Set(thinned).size).toBe(thinned.length);
      expect(new Set(thinned)).toEqual(new Set(weeksOf(world.written.values())));
    }),
    { numRuns: Number(process.env.HISTORIES ?? 100) },
  );
}, 60_000);

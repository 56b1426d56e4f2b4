import { weekNumber } from './day.ts';
import { type HistoryLine, lineText, parseLine } from './line.ts';
import { byDay, lineKey } from './read.ts';

/** Half of what a ConfigMap may hold. */
export const MAX_HISTORY_BYTES = 512 * 1024;

/**
 * The number of newest recorded days that keep all their lines; earlier weeks keep one line each. Days are counted and not
 * dated, so a clock that is wrong for a while cannot thin a year at once.
 */
export const DAILY_DAYS = 366;

/**
 * The text of a history with one more line, thinned and of at most `MAX_HISTORY_BYTES`. The same text if it has a line of that
 * day and digest already, so a writer may repeat a write after a conflict. Unreadable lines stay while there is room, for
 * someone to repair them.
 */
export function recordLine(text: string, line: HistoryLine): string {
  const stored = text.split('\n').flatMap((raw) => (raw.trim() === '' ? [] : [storedLine(raw)]));
  const key = lineKey(line);
  if (stored.some((other) => other.line && lineKey(other.line) === key)) return text;
  const added = storedLine(lineText(line));
  if (added.bytes > MAX_HISTORY_BYTES) return text;
  return textOf(fitting([...stored, added]));
}

/** A line of the text; `line` is absent if it is unreadable. */
interface StoredLine {
  readonly raw: string;
  readonly bytes: number;
  readonly line?: HistoryLine;
}

type ReadableLine = StoredLine & { readonly line: HistoryLine };

function storedLine(raw: string): StoredLine {
  const bytes = Buffer.byteLength(raw) + 1;
  const parsed = parseLine(raw);
  return 'line' in parsed ? { raw, bytes, line: parsed.line } : { raw, bytes };
}

const isReadable = (stored: StoredLine): stored is ReadableLine => stored.line !== undefined;

const textOf = (stored: readonly StoredLine[]): string => stored.map(({ raw }) => `${raw}\n`).join('');

/**
 * The lines that are kept, in their order. When they are too large, unreadable lines go first; then more weeks are thinned,
 * from the oldest; then the oldest lines go.
 */
function fitting(stored: readonly StoredLine[]): readonly StoredLine[] {
  const thinned = thin(stored, DAILY_DAYS);
  if (fits(thinned)) return thinned;
  const readable = thinned.filter(isReadable);
  for (let days = DAILY_DAYS; days > 0; days -= 7) {
    const kept = thin(readable, days);
    if (fits(kept)) return kept;
  }
  return newest(thin(readable, 1));
}

const fits = (stored: readonly StoredLine[]): boolean =>
  stored.reduce((sum, { bytes }) => sum + bytes, 0) <= MAX_HISTORY_BYTES;

/** Leaves one line, the earliest, in each week before that of the `days`th newest day. A week is thinned as a whole. */
function thin<Line extends StoredLine>(stored: readonly Line[], days: number): readonly Line[] {
  const lines = stored.flatMap(({ line }) => line ?? []).sort(byDay);
  const recorded = [...new Set(lines.map(({ day }) => day))];
  const firstDaily = recorded.at(-days);
  if (firstDaily === undefined) return stored;
  const firstWeek = weekNumber(firstDaily);
  const ofWeek = new Map<number, HistoryLine>();
  for (const line of lines) {
    const week = weekNumber(line.day);
    if (!ofWeek.has(week)) ofWeek.set(week, line);
  }
  return stored.filter(({ line }) => {
    const week = line && weekNumber(line.day);
    return week === undefined || week >= firstWeek || ofWeek.get(week) === line;
  });
}

/** The lines of the newest days that fit. */
function newest(stored: readonly ReadableLine[]): readonly ReadableLine[] {
  const kept = new Set<ReadableLine>();
  let bytes = 0;
  for (const newer of stored.toSorted((one, other) => byDay(other.line, one.line))) {
    bytes += newer.bytes;
    if (bytes > MAX_HISTORY_BYTES) break;
    kept.add(newer);
  }
  return stored.filter((line) => kept.has(line));
}

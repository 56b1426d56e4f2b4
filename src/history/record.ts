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

/** A line of the text; `line` and `week` are absent if it is unreadable. */
interface StoredLine {
  readonly raw: string;
  readonly bytes: number;
  readonly line?: HistoryLine;
  readonly week?: number;
}

type ReadableLine = Required<StoredLine>;

function storedLine(raw: string): StoredLine {
  const bytes = Buffer.byteLength(raw) + 1;
  const parsed = parseLine(raw);
  if ('fault' in parsed) return { raw, bytes };
  return { raw, bytes, line: parsed.line, week: weekNumber(parsed.line.day) };
}

const isReadable = (stored: StoredLine): stored is ReadableLine => stored.line !== undefined;

const textOf = (stored: readonly StoredLine[]): string => stored.map(({ raw }) => `${raw}\n`).join('');

/**
 * The lines that are kept, in their order. When they are too large, unreadable lines go first; then more weeks are thinned,
 * from the oldest; then the oldest lines go.
 */
function fitting(stored: readonly StoredLine[]): readonly StoredLine[] {
  const lines = stored.filter(isReadable).sort((one, other) => byDay(one.line, other.line));
  const thinned = new Set<StoredLine>(thin(lines, DAILY_DAYS));
  const kept = stored.filter((line) => !isReadable(line) || thinned.has(line));
  if (fits(kept)) return kept;
  const fewer = new Set<StoredLine>(thinToFit(lines));
  return stored.filter((line) => fewer.has(line));
}

const fits = (stored: readonly StoredLine[]): boolean =>
  stored.reduce((sum, { bytes }) => sum + bytes, 0) <= MAX_HISTORY_BYTES;

/** Leaves one line, the earliest, in each week before that of the `days`th newest day. A week is thinned as a whole. */
function thin(lines: readonly ReadableLine[], days: number): readonly ReadableLine[] {
  const weekOfDay = new Map(lines.map(({ line, week }) => [line.day, week]));
  const firstWeek = [...weekOfDay.values()].at(-days);
  if (firstWeek === undefined) return lines;
  return lines.filter(({ week }, index) => week >= firstWeek || lines[index - 1]?.week !== week);
}

/** The lines with as many daily days as fit. More of them never take less room, so halving the range finds the number. */
function thinToFit(lines: readonly ReadableLine[]): readonly ReadableLine[] {
  let [most, tooMany] = [0, DAILY_DAYS + 1];
  while (tooMany - most > 1) {
    const days = Math.floor((most + tooMany) / 2);
    if (fits(thin(lines, days))) most = days;
    else tooMany = days;
  }
  return most > 0 ? thin(lines, most) : newest(thin(lines, 1));
}

/** The newest lines that fit. */
function newest(lines: readonly ReadableLine[]): readonly ReadableLine[] {
  let bytes = 0;
  let first = lines.length;
  for (; first > 0; first -= 1) {
    bytes += lines[first - 1]?.bytes ?? 0;
    if (bytes > MAX_HISTORY_BYTES) break;
  }
  return lines.slice(first);
}

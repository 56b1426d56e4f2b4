import { counted } from '../catalog/wording.ts';
import { addDays } from './day.ts';
import { type HistoryLine, parseLine } from './line.ts';

/** The readable lines of a history. */
export interface UseHistory {
  /** By day. A day has one line for each catalog that was in force. */
  readonly lines: readonly HistoryLine[];
  readonly faults: readonly HistoryFault[];
}

/** A line that is ignored, and why. */
export interface HistoryFault {
  /** From 1. */
  readonly lineNumber: number;
  readonly message: string;
}

/**
 * Reads a history from text that may be hostile. A faulty line is reported and does not hide the others. A line of a day after
 * tomorrow is ignored, too: a clock was wrong when it was written. `today` is YYYY-MM-DD in UTC.
 */
export function readHistory(text: string, today: string): UseHistory {
  const latest = addDays(today, 1);
  const lines = new Map<string, HistoryLine>();
  const faults: HistoryFault[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue;
    const report = (message: string): void => void faults.push({ lineNumber: index + 1, message });
    const parsed = parseLine(raw);
    if ('fault' in parsed) report(parsed.fault);
    else if (parsed.line.day > latest) report(`is of ${parsed.line.day}, and today is ${today}`);
    else if (lines.has(lineKey(parsed.line))) report('repeats the day and the digest of an earlier line');
    else lines.set(lineKey(parsed.line), parsed.line);
  }
  return { lines: [...lines.values()].sort(byDay), faults };
}

/** A history has one line for each key. */
export const lineKey = ({ day, digest }: Pick<HistoryLine, 'day' | 'digest'>): string => `${day} ${digest}`;

export const byDay = (one: Pick<HistoryLine, 'day'>, other: Pick<HistoryLine, 'day'>): number => {
  if (one.day === other.day) return 0;
  return one.day < other.day ? -1 : 1;
};

/** The number of faults that a report spells out. */
const MOST_FAULTS = 5;

/** The faults in words, one on each line; the last line counts those that are left out. */
export function faultsInWords(faults: readonly HistoryFault[]): string[] {
  const shown = faults.slice(0, MOST_FAULTS);
  const hidden = faults.length - shown.length;
  return [
    ...shown.map(({ lineNumber, message }) => `line ${lineNumber} ${message}; it is ignored`),
    ...(hidden > 0 ? [`${counted(hidden, 'more line')} ${hidden === 1 ? 'is' : 'are'} ignored`] : []),
  ];
}

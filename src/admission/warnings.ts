import { Buffer } from 'node:buffer';
import { UNPRINTABLE } from '../catalog/wording.ts';

/**
 * The API server cuts each warning at 256 characters once all warnings together have more than 4,096. It silently drops a warning
 * with a control character (k8s.io/apiserver, pkg/endpoints/filters/warning.go). This file counts UTF-8 bytes: a text never has
 * fewer bytes than characters.
 */
const MAX_EACH = 256;
const MAX_ALL = 4_096;

const ELLIPSIS = '…';
const MORE = 'and more, which there is no room for';

/**
 * Cuts warnings to the limits of the API server, and drops duplicates. Give the most important ones first: the end of the list is
 * dropped. Do not begin a warning with `Warning`: every client does that.
 */
export function withinBudget(warnings: Iterable<string>): string[] {
  const kept = new Set<string>();
  let room = ROOM;
  for (const text of warnings) {
    const warning = shortened(text);
    if (warning === '' || kept.has(warning)) continue;
    room -= bytes(warning);
    if (room < 0) return [...kept, MORE];
    kept.add(warning);
  }
  return [...kept];
}

/** The first of several texts that fits one warning, or else the last. Give the longest first. */
export const firstThatFits = (...texts: readonly [string, ...string[]]): string =>
  texts.find(fitsOneWarning) ?? (texts.at(-1) as string);

const fitsOneWarning = (text: string): boolean => bytes(text) <= MAX_EACH;

/** Joins a warning, and cuts its middle part if it is too long: the start names the place, and the end says what to do. */
export function fitted(start: string, middle: string, end: string): string {
  const whole = start + middle + end;
  if (fitsOneWarning(whole)) return whole;
  return start + cutTo(middle, MAX_EACH - bytes(start) - bytes(end)) + end;
}

function shortened(text: string): string {
  // At most 256 characters can stay, so the rest is not searched.
  const clean = text
    .slice(0, MAX_EACH + 1)
    .replace(UNPRINTABLE, ' ')
    .trim();
  if (text.length <= MAX_EACH && fitsOneWarning(clean)) return clean;
  return cutTo(clean, MAX_EACH);
}

function cutTo(text: string, most: number): string {
  let kept = '';
  let room = most - bytes(ELLIPSIS);
  for (const character of text) {
    room -= bytes(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + ELLIPSIS;
}

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

const ROOM = MAX_ALL - bytes(MORE);

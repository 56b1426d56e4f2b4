import { Buffer } from 'node:buffer';
import { UNPRINTABLE } from '../catalog/wording.ts';

/**
 * The API server cuts a warning at 256 characters once all of them pass 4,096, and drops one that holds a control
 * character without a word (k8s.io/apiserver, pkg/endpoints/filters/warning.go). UTF-8 bytes are counted here: they
 * are never fewer than characters, however those are counted.
 */
const MAX_EACH = 256;
const MAX_ALL = 4_096;

const ELLIPSIS = '…';
const MORE = 'and more, which there is no room for';

/**
 * As many warnings as clients get to see, each as long as they get to see it. They come most important first: what
 * does not fit is the end of the list. No word `Warning` is put before them, since every client does that.
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

/** The first of several ways to say something that is not cut, else the last one: the longest comes first. */
export const firstThatFits = (...ways: readonly [string, ...string[]]): string =>
  ways.find(fitsOneWarning) ?? (ways.at(-1) as string);

const fitsOneWarning = (text: string): boolean => bytes(text) <= MAX_EACH;

/** A warning whose middle part is cut where all of it is too long: its ends say where and what to do. */
export function fitted(start: string, middle: string, end: string): string {
  const whole = start + middle + end;
  if (fitsOneWarning(whole)) return whole;
  return start + cutTo(middle, MAX_EACH - bytes(start) - bytes(end)) + end;
}

function shortened(text: string): string {
  // No more than 256 characters can stay; the rest need not be looked at.
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

import { lastStartingAt, type Span } from '../positions.ts';
import type { YamlFinding } from './characters.ts';
import { parseYaml } from './parse.ts';
import { type BrokenText, repairsOf } from './repairs.ts';

/**
 * Why a text is not well-formed, in terms of what people do to files. A parser gives up where it can't go on, mostly a line
 * or more behind the cause. So likely repairs are tried: the one that lets the parser read furthest shows the cause. Empty if
 * no repair helps.
 */
export function syntaxCauses(text: string, fault: Span): readonly YamlFinding[] {
  const markers = conflictMarkers(text);
  if (markers.length > 0) return markers;

  const broken = brokenText(text, fault);
  const length = broken.lines.reduce((sum, line) => sum + line.length + 1, 0);
  let budget = MOST_PARSED;
  let best: { readonly findings: readonly YamlFinding[]; readonly reached: number } | undefined;
  for (const { lines, findings } of repairsOf(broken)) {
    budget -= length;
    if (budget < 0) break;
    const reached = reachedWith(broken, lines);
    let changed = 0;
    for (const number of lines.keys()) changed = Math.max(changed, number);
    if (reached > Math.max(broken.fault, changed) && reached > (best?.reached ?? 0))
      best = { findings, reached };
    if (best?.reached === broken.lines.length) break;
  }
  return best?.findings ?? [];
}

/**
 * Characters that all attempts together may parse, which bounds their time. It is enough for every repair of a real catalog, of
 * 30 KiB.
 */
const MOST_PARSED = 600_000;

/** Number of lines after the fault that a repair has to leave readable. */
const LOOK_AHEAD = 60;

function brokenText(text: string, { start }: Span): BrokenText {
  const all = text.split('\n');
  const starts: number[] = [];
  let from = 0;
  for (const line of all) {
    starts.push(from);
    from += line.length + 1;
  }
  // At the end of the text the parser points after the last line break.
  const last = all.at(-1) === '' && start >= text.length ? all.length - 2 : all.length - 1;
  const fault = Math.max(
    0,
    Math.min(
      last,
      lastStartingAt(starts, start, (offset) => offset),
    ),
  );
  const lines = all.slice(0, fault + 1 + LOOK_AHEAD).map((line) => line.replace(/\r$/, ''));
  return { lines, all, starts, fault };
}

/** The line that the parser reaches, or the number of lines if it reads all of them. */
function reachedWith({ lines }: BrokenText, repaired: ReadonlyMap<number, string>): number {
  const text = lines.map((line, number) => repaired.get(number) ?? line).join('\n');
  const parsed = parseYaml(text, MAX_DEPTH);
  if (!('kind' in parsed)) return lines.length;
  return text.slice(0, parsed.at.start).split('\n').length - 1;
}

/** Deeper than any manifest. */
const MAX_DEPTH = 100;

const MARKERS = ['<', '|', '=', '>'].map((sign) => sign.repeat(7));

/** The markers that git leaves in a file: one finding for each conflict, or for the first marker of an incomplete one. */
function conflictMarkers(text: string): readonly YamlFinding[] {
  const markers: { readonly sign: string; readonly at: Span }[] = [];
  let from = 0;
  for (const line of text.split('\n')) {
    const body = line.trim();
    const start = from + line.indexOf(body);
    if (MARKERS.some((marker) => body === marker || body.startsWith(`${marker} `)))
      markers.push({ sign: body.charAt(0), at: { start, end: start + body.length } });
    from += line.length + 1;
  }
  const findings: YamlFinding[] = [];
  let closing: number | undefined;
  for (const { sign, at } of markers.toReversed()) {
    if (sign === '>') closing = at.start;
    if (sign === '<') findings.push(conflict(at, closing));
  }
  if (markers[0] && findings.length === 0) return [conflict(markers[0].at, closing)];
  return findings.reverse();
}

const conflict = (at: Span, closing = at.start): YamlFinding => ({
  kind: 'syntax',
  at,
  what: 'a merge conflict marker of git',
  remedy: 'decide between the versions in {lines}, and delete the markers',
  lines: { start: at.start, end: closing },
});

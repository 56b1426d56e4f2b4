import type { Span } from './positions.ts';

/** The replacement of a part of a text. */
export interface TextEdit {
  readonly at: Span;
  readonly text: string;
}

/** A text with edits, which are in order and do not overlap. Everything outside of them stays. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const { at, text: replacement } of edits) {
    result += text.slice(from, at.start) + replacement;
    from = at.end;
  }
  return result + text.slice(from);
}

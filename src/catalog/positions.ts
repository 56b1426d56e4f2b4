/** A range of a document, in UTF-16 code units: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The place of a problem that concerns the whole document; it is shown as line 1, column 1. */
export const WHOLE_DOCUMENT: Span = { start: 0, end: 0 };

/** Finds lines and columns of a text. Both count from 1; columns count UTF-16 code units, as editors and SARIF do. */
export class LineIndex {
  readonly #starts: number[] = [0];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  position(offset: number): { readonly line: number; readonly column: number } {
    const line = lastStartingAt(this.#starts, offset, (start) => start);
    return { line: line + 1, column: offset - (this.#starts[line] ?? 0) + 1 };
  }

  /** The text of a line, counted from 1, without its line break. */
  line(number: number): string {
    const end = this.#starts[number] ?? this.#text.length + 1;
    return this.#text.slice(this.#starts[number - 1] ?? 0, end - 1).replace(/\r$/, '');
  }
}

/** The index of the last item that starts at or before an offset, of items in order; -1 if there is none. */
export function lastStartingAt<T>(items: readonly T[], offset: number, startOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startOf(items[middle] as T) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A range of a document, in UTF-16 code units: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a problem stands that concerns the whole document: rendered as line 1, column 1. */
export const WHOLE_DOCUMENT: Span = { start: 0, end: 0 };

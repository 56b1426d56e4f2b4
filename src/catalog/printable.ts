/** Controls, format characters (bidirectional overrides), halves of surrogate pairs, line and paragraph separators. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A regular expression as a tree, reduced to what its running time depends on. A set of characters remains a text: the engine
 * itself decides which characters match.
 */
export type Tree =
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly body: Tree; readonly least: number; readonly most: number }
  /** `^`, `$`, `\b`, `\B`: consumes nothing. */
  | { readonly kind: 'place'; readonly source: string }
  /** A lookahead: consumes nothing. */
  | { readonly kind: 'lookahead'; readonly body: Tree; readonly negative: boolean };

/** Parses an expression. Throws for back references and lookbehind, which the analysis does not support. */
export function parse(source: string): Tree {
  let at = 0;

  const takes = (text: string): boolean => {
    if (!source.startsWith(text, at)) return false;
    at += text.length;
    return true;
  };
  const takesLike = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = new RegExp(pattern.source, 'y');
    found.lastIndex = at;
    const match = found.exec(source);
    if (match) at += match[0].length;
    return match ?? undefined;
  };

  const choice = (): Tree => {
    const parts = [sequence()];
    while (takes('|')) parts.push(sequence());
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
  };
  const sequence = (): Tree => {
    const parts: Tree[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const part = repeated(item());
      const narrowed = narrowedBy(parts.at(-1), part);
      if (narrowed) parts.splice(-1, 1, narrowed);
      else parts.push(part);
    }
    return { kind: 'sequence', parts };
  };
  const item = (): Tree => {
    const place = takesLike(/[\^$]|\\[bB]/);
    if (place) return { kind: 'place', source: place[0] };
    if (takes('(')) return group();
    const reference = takesLike(/\\(?:[1-9]|k<)/);
    if (reference) throw new Error(`a back reference, ${reference[0]}, takes exponential time at worst`);
    const character = takesLike(
      /\[(?:\\.|[^\]\\])*\]|\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|c[A-Za-z]|.)|./,
    );
    return { kind: 'character', source: character?.[0] ?? '' };
  };
  const group = (): Tree => {
    if (takesLike(/\?<[=!]/)) throw new Error('lookbehind is not supported');
    const lookahead = takesLike(/\?[=!]/)?.[0];
    if (lookahead === undefined) takesLike(/\?:|\?<[^>]*>/);
    const body = choice();
    if (!takes(')')) throw new Error(`a group without its end in ${source}`);
    return lookahead === undefined ? body : { kind: 'lookahead', body, negative: lookahead === '?!' };
  };
  const repeated = (body: Tree): Tree => {
    const [found, sign, from, comma, to] = takesLike(/(?:([*+?])|\{(\d+)(,(\d*))?\})\??/) ?? [];
    if (found === undefined) return body;
    if (sign !== undefined)
      return { kind: 'repeat', body, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : ENDLESS };
    const least = Number(from);
    if (comma === undefined) return { kind: 'repeat', body, least, most: least };
    return { kind: 'repeat', body, least, most: to ? Number(to) : ENDLESS };
  };

  const tree = choice();
  if (at < source.length) throw new Error(`an end too early in ${source}, at ${at}`);
  return tree;
}

const ENDLESS = Number.POSITIVE_INFINITY;

/** `(?![ab])\w` is one character: one of `\w` that is not one of `[ab]`. */
function narrowedBy(look: Tree | undefined, part: Tree): Tree | undefined {
  if (look?.kind !== 'lookahead' || !look.negative) return undefined;
  const forbidden = oneCharacter(look.body);
  const allowed = oneCharacter(part);
  if (forbidden === undefined || allowed === undefined) return undefined;
  return { kind: 'character', source: `(?!${forbidden})${allowed}` };
}

/** The part as a set of characters if it always consumes one character and has no lookahead; else undefined. */
function oneCharacter(tree: Tree): string | undefined {
  if (tree.kind === 'character') return tree.source;
  if (tree.kind !== 'sequence' && tree.kind !== 'choice') return undefined;
  if (tree.kind === 'sequence' && tree.parts.length !== 1) return undefined;
  const sources = tree.parts.map(oneCharacter);
  return sources.includes(undefined) ? undefined : `(?:${sources.join('|')})`;
}

/** Whether a tree can match only at the beginning of the text, or of a line with the flag m. */
export function isAnchored(tree: Tree): boolean {
  if (tree.kind === 'place') return tree.source === '^';
  if (tree.kind === 'choice') return tree.parts.every(isAnchored);
  return tree.kind === 'sequence' && tree.parts[0] !== undefined && isAnchored(tree.parts[0]);
}

import type { YamlFinding } from './characters.ts';
import { MAX_KEY_LENGTH, type Parsed, type Token } from './parse.ts';

/**
 * Constructs outside the part of YAML that PyYAML and YAML 1.2 readers read alike. Running both over mutated documents
 * (test/catalog/yaml/differential) found them: each rule here is for a document that one of them read differently.
 */
export function* outsideCommonSubset(text: string, { scalars }: Parsed): Iterable<YamlFinding> {
  let from = 0;
  for (const token of scalars) {
    yield* structure(text, from, token.at.start);
    yield* crowded(text, from, token.at.start);
    yield* scalar(text, token);
    from = token.at.end;
  }
  yield* structure(text, from, text.length);
  yield* crowded(text, from, text.length);
}

/** Checks the text between two scalars. It may hold punctuation, white space and comments. */
function* structure(text: string, start: number, end: number): Iterable<YamlFinding> {
  for (let i = start; i < end; i++) {
    const character = text[i] as string;
    switch (character) {
      case '#':
        i = endOfLine(text, i) - 1;
        break;
      case '\t':
        yield {
          kind: 'syntax',
          at: { start: i, end: i + 1 },
          what: 'a TAB between the parts of the document',
          remedy: "use spaces: the consumers' reader refuses a TAB there",
        };
        break;
      case '-':
      case '.':
        if (text.startsWith(character.repeat(3), i)) {
          yield* marker(text, i, start);
          i += 2;
        }
        break;
      case '&':
      case '*':
      case '!': {
        const stop = endOfWord(text, i);
        yield property(character, i, stop);
        i = stop - 1;
        break;
      }
      case '|':
      case '>':
        yield {
          kind: 'feature',
          at: { start: i, end: i + 1 },
          what: 'a block scalar',
          remedy: 'write the text on one line, in single quotes if need be',
        };
        i = endOfLine(text, i) - 1;
        break;
      case '%':
        yield {
          kind: 'feature',
          at: { start: i, end: endOfLine(text, i) },
          what: 'a directive',
          remedy: 'delete the line',
        };
        i = endOfLine(text, i) - 1;
        break;
      case '?':
        yield {
          kind: 'feature',
          at: { start: i, end: i + 1 },
          what: 'an explicit key (`? `)',
          remedy: 'write `key: value`',
        };
        break;
      default:
    }
  }
}

/**
 * A value must be followed by punctuation or the end of the line. js-yaml reads `- 'a' b: c` as a list and a key after it
 * if both have the same indentation; to PyYAML the line is malformed.
 */
function* crowded(text: string, start: number, end: number): Iterable<YamlFinding> {
  let closed = start > 0;
  for (let i = start; i < end; i++) {
    const character = text[i] as string;
    if (character === '#') i = endOfLine(text, i) - 1;
    else if (character === ']' || character === '}') closed = true;
    else if (/[\n,:]/.test(character)) closed = false;
    else if (closed && !/[ \t\r]/.test(character)) {
      yield behindValue(i);
      closed = false;
    }
  }
  if (closed && end < text.length) yield behindValue(end);
}

const behindValue = (at: number): YamlFinding => ({
  kind: 'syntax',
  at: { start: at, end: at + 1 },
  what: 'text behind a value, on the same line',
  remedy: 'begin a new line here, or quote the whole value',
});

/** A `---` is allowed on a separate line at the top. PyYAML reads an indented one as text (`check_document_start`). */
function* marker(text: string, at: number, gapStart: number): Iterable<YamlFinding> {
  const span = { start: at, end: at + 3 };
  if (text[at] === '.') {
    yield { kind: 'feature', at: span, what: 'a document end marker (`...`)', remedy: 'delete the line' };
  } else if (
    gapStart > 0 ||
    !isLineStart(text, at) ||
    !/^---[ \t]*(?:[#{]|\r?\n|$)/.test(text.slice(at, endOfLine(text, at) + 1))
  ) {
    yield {
      kind: 'feature',
      at: span,
      what: 'a document marker (`---`) that is indented, has text on its line, or is below the top',
      remedy: 'keep it on a line of its own at the top, or delete it',
    };
  }
}

function property(character: string, start: number, end: number): YamlFinding {
  const at = { start, end };
  switch (character) {
    case '&':
      return {
        kind: 'feature',
        at,
        what: 'an anchor',
        remedy: 'delete it, and write out the value wherever it is used',
      };
    case '*':
      return { kind: 'feature', at, what: 'an alias of an anchor', remedy: 'write out the value here' };
    default:
      return {
        kind: 'feature',
        at,
        what: 'a tag',
        remedy: 'delete it, and quote the value if it is to be a string',
      };
  }
}

function* scalar(text: string, token: Token): Iterable<YamlFinding> {
  const { at, style, inFlow } = token;
  const written = text.slice(at.start, at.end);
  if (style === 'block') return;
  if (written.includes('\n')) {
    yield {
      kind: 'feature',
      at,
      what: 'a scalar over several lines',
      remedy: 'write it on one line: readers join the lines in different ways',
    };
  } else if (style === 'double-quoted' && written.includes('\\')) {
    const start = at.start + written.indexOf('\\');
    yield {
      kind: 'feature',
      at: { start, end: start + 2 },
      what: 'an escape in double quotes',
      remedy: 'write the character itself, or use single quotes, in which a backslash is a backslash',
    };
  } else if (style === 'plain' && written.includes('\t')) {
    const start = at.start + written.indexOf('\t');
    yield {
      kind: 'syntax',
      at: { start, end: start + 1 },
      what: 'a TAB in a plain scalar',
      remedy: "use a space, or quote the text: the consumers' reader refuses a TAB there",
    };
  } else if (style === 'plain' && inFlow && /^:|\?/.test(written)) {
    // `check_plain` and `scan_plain` of PyYAML read them as indicators there, whatever follows.
    yield {
      kind: 'feature',
      at,
      what: 'a question mark or leading colon without quotes, inside [] or {}',
      remedy: written.length > 100 ? 'quote it' : `quote it: '${written.replaceAll("'", "''")}'`,
    };
  }
  if (token.isKey) yield* key(text, token);
}

/**
 * A key needs its colon on the same line, within `MAX_KEY_LENGTH`, and white space after the colon. In {} JSON's `"key":value`
 * is allowed.
 */
function* key(text: string, { at, style, inFlow }: Token): Iterable<YamlFinding> {
  let colon = at.end;
  // `structure` reports a TAB.
  while (text[colon] === ' ' || text[colon] === '\t') colon++;
  if (text[colon] !== ':') {
    yield {
      kind: 'feature',
      at,
      what: 'a key without a colon on its line',
      remedy: 'write `key: value`, with the colon right behind the key',
    };
  } else if (colon - at.start > MAX_KEY_LENGTH) {
    yield {
      kind: 'syntax',
      at,
      what: `a key has ${colon - at.start} characters`,
      remedy: `shorten it: the consumers' reader finds no colon after more than ${MAX_KEY_LENGTH}`,
    };
  } else if (!/^(?:[ \t\n\r]|$)/.test(text.slice(colon + 1, colon + 2)) && !(inFlow && style !== 'plain')) {
    yield {
      kind: 'feature',
      at: { start: colon, end: colon + 1 },
      what: 'a colon without a space behind it',
      remedy: 'write `key: value`',
    };
  }
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n';
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function endOfWord(text: string, from: number): number {
  let end = from + 1;
  while (end < text.length && !/[\s,[\]{}]/.test(text[end] as string)) end++;
  return end;
}

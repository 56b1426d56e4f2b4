import type { Span } from '../positions.ts';
import { characterName, firstInvisible, withoutInvisible } from './character-names.ts';
import type { YamlFinding } from './characters.ts';

/** A text by its lines, and the line on which a parser gave up. Lines count from 0. */
export interface BrokenText {
  /** The lines up to the fault, and some lines after it, which a repair has to leave readable. */
  readonly lines: readonly string[];
  /** All lines, and the offset of each. */
  readonly all: readonly string[];
  readonly starts: readonly number[];
  readonly fault: number;
}

/** A change that may make a text well-formed, and what it says about the text. */
export interface Repair {
  /** The new lines, by number. */
  readonly lines: ReadonlyMap<number, string>;
  readonly findings: readonly YamlFinding[];
}

/** The repairs that are worth a try, the likeliest first. */
export function* repairsOf(broken: BrokenText): Iterable<Repair> {
  yield* foreignCharacters(broken);
  yield* tabs(broken);
  yield* openQuotes(broken);
  yield* openBrackets(broken);
  yield* missingDashes(broken);
  yield* strayDashes(broken);
  yield* missingFirstName(broken);
  yield* missingColons(broken);
  yield* indentation(broken);
}

const syntax = (at: Span, what: string, remedy: string, lines?: Span): YamlFinding => ({
  kind: 'syntax',
  at,
  what,
  remedy,
  ...(lines && { lines }),
});

/** Dashes and bullets of word processors. */
const DASHES = '\u2010\u2011\u2012\u2013\u2014\u2022\u2212';

/** A dash or colon of another script or of a word processor, where YAML has one of its own. */
function lookalikeIn(body: string) {
  const indent = indentOf(body);
  const first = body.charAt(indent);
  if (first !== '' && DASHES.includes(first) && body[indent + 1] === ' ')
    return { character: first, sign: '-' };
  return body.includes('\uff1a') ? { character: '\uff1a', sign: ':' } : undefined;
}

/** Invisible characters and lookalikes outside of comments. They come in many lines at once, by copy and paste. */
function* foreignCharacters({ lines, starts }: BrokenText): Iterable<Repair> {
  const repaired = new Map<number, string>();
  const findings: YamlFinding[] = [];
  for (const [number, line] of lines.entries()) {
    const body = withoutComment(line);
    const invisible = firstInvisible(body);
    const lookalike = lookalikeIn(body);
    const sign = lookalike?.sign ?? '';
    const character = invisible?.character ?? lookalike?.character;
    if (character === undefined) continue;
    const spaced = withoutInvisible(body);
    repaired.set(number, lookalike ? spaced.replace(lookalike.character, sign) : spaced);
    const start = (starts[number] ?? 0) + body.indexOf(character);
    findings.push(
      syntax(
        { start, end: start + character.length },
        invisible
          ? `${characterName(character)}, which people do not see`
          : `${characterName(character)} in the place of \`${sign}\``,
        invisible ? 'delete it, or write an ordinary space' : `write \`${sign}\``,
      ),
    );
  }
  if (findings.length > 0) yield { lines: repaired, findings };
}

/** TABs in the indentation of the first line that has one, and of the lines around it. */
function* tabs({ lines, all, starts, fault }: BrokenText): Iterable<Repair> {
  const isTabbed = (line: string | undefined): boolean => /^ *\t/.test(line ?? '');
  const first = lines.findIndex(isTabbed);
  if (first < 0 || first > fault) return;
  let last = first;
  while (isTabbed(all[last + 1])) last++;
  const start = (starts[first] ?? 0) + (lines[first] ?? '').indexOf('\t');
  const findings = [
    syntax(
      { start, end: start + 1 },
      'a TAB in the indentation',
      'write spaces in {lines}: YAML allows no TAB there',
      { start: starts[first] ?? 0, end: starts[last] ?? 0 },
    ),
  ];
  for (const width of ['  ', ' '.repeat(indentOf(lines[first - 1] ?? '')), '    ', ' '.repeat(8)]) {
    const repaired = new Map<number, string>();
    for (const [number, line] of lines.entries())
      if (isTabbed(line))
        repaired.set(
          number,
          line.replace(/^[ \t]+/, (white) => white.replaceAll('\t', width)),
        );
    yield { lines: repaired, findings };
  }
}

/** Maximum number of candidates of one kind. The nearest to the fault are tried first. */
const MOST = 5;

/** Quotes that open on a line at or before the fault, and are not closed there. */
function* openQuotes({ lines, starts, fault }: BrokenText): Iterable<Repair> {
  const found: Repair[] = [];
  for (const [number, line] of lines.slice(0, fault + 1).entries()) {
    const { quote } = openAtEnd(line);
    if (quote === undefined) continue;
    const mark = line[quote] ?? '';
    const start = (starts[number] ?? 0) + quote;
    const body = withoutComment(line).trimEnd();
    let end = body.length;
    while (end > 0 && ':,]}'.includes(body.charAt(end - 1))) end--;
    found.push({
      lines: new Map([[number, `${body.slice(0, end)}${mark}${body.slice(end)}`]]),
      findings: [
        syntax(
          { start, end: start + 1 },
          `the quote (${mark}) that opens here is not closed on its line`,
          'close it at the end of the text, or delete it',
        ),
      ],
    });
  }
  yield* found.reverse().slice(0, MOST);
}

/** Brackets and braces that open on a line at or before the fault, and are not closed there. */
function* openBrackets({ lines, starts, fault }: BrokenText): Iterable<Repair> {
  const found: Repair[] = [];
  for (const [number, line] of lines.slice(0, fault + 1).entries()) {
    const { brackets } = openAtEnd(line);
    const first = brackets[0];
    if (first === undefined) continue;
    const closing = brackets.map((at) => (line[at] === '[' ? ']' : '}')).reverse();
    const start = (starts[number] ?? 0) + first;
    found.push({
      lines: new Map([[number, withoutComment(line).trimEnd() + closing.join('')]]),
      findings: [
        syntax(
          { start, end: start + 1 },
          `\`${line[first]}\` that opens here is not closed`,
          `close it with \`${closing.at(-1)}\``,
        ),
      ],
    });
  }
  yield* found.reverse().slice(0, MOST);
}

/** Items of a list without their dash, or without the space after it. */
function* missingDashes({ lines, starts, fault }: BrokenText): Iterable<Repair> {
  let tried = 0;
  for (let number = fault; number > 0 && number >= fault - NEAR && tried < MOST; number--) {
    const body = withoutComment(lines[number] ?? '').trimEnd();
    const [, before = '', dash = '', text] = /^( *)(-?)(\w[\w.-]*)$/.exec(body) ?? [];
    const isItem = (neighbouring: number): boolean => lines[neighbouring]?.startsWith(`${before}- `) ?? false;
    const isInList =
      isItem(neighbour(lines, number, -1)) || (dash !== '' && isItem(neighbour(lines, number, 1)));
    if (text === undefined || !isInList) continue;
    tried++;
    const start = (starts[number] ?? 0) + before.length;
    yield {
      lines: new Map([[number, `${before}- ${text}`]]),
      findings: [
        syntax(
          { start, end: start + dash.length + text.length },
          dash === ''
            ? `the dash of the item ${text} is missing`
            : `the space behind the dash of ${text} is missing`,
          `write \`- ${text}\``,
        ),
      ],
    };
  }
}

/** A dash before a key, where the next key of the mapping has none. */
function* strayDashes({ lines, starts, fault }: BrokenText): Iterable<Repair> {
  const indent = indentOf(lines[fault] ?? '');
  for (let number = fault - 1; number >= 0 && number >= fault - NEAR; number--) {
    const line = lines[number] ?? '';
    if (indentOf(line) < indent && line.trim() !== '') return;
    const [, before = '', key] = /^( *)- ([\w.-]+):/.exec(line) ?? [];
    if (key === undefined || before.length !== indent) continue;
    const start = (starts[number] ?? 0) + before.length;
    yield {
      lines: new Map([[number, `${before}${line.slice(before.length + 2)}`]]),
      findings: [
        syntax(
          { start, end: start + 1 },
          `the dash before ${key} makes it an item of a list, and the next field is none`,
          `delete the dash: write \`${key}:\``,
        ),
      ],
    };
    return;
  }
}

/** Fields before the first name. */
function* missingFirstName({ lines, starts }: BrokenText): Iterable<Repair> {
  const first = lines.findIndex((line) => withoutComment(line).trim() !== '' && !line.startsWith('---'));
  const line = lines[first] ?? '';
  if (!/^ +[\w-]+:/.test(line)) return;
  const start = starts[first] ?? 0;
  const commented = /^# *([\w.-]+): *$/.exec(lines[first - 1] ?? '')?.[1];
  yield {
    lines: new Map([[first, `name:\n${line}`]]),
    findings: [
      syntax(
        { start: start + indentOf(line), end: start + line.trimEnd().length },
        'the name of the first entry is missing above its fields',
        commented === undefined
          ? 'write the name above this line, at the left margin'
          : `delete the # before \`${commented}:\``,
      ),
    ],
  };
}

/** A key without its colon, or without the space after it: `variants`, `state stable`, `state:stable`. */
const WITHOUT_COLON = /^( *(?:- +)?)([\w.'"][\w.'"-]*)(?:(:| +)([^ :].*))?$/;

function* missingColons({ lines, starts, fault }: BrokenText): Iterable<Repair> {
  let tried = 0;
  for (let number = fault; number >= 0 && number >= fault - NEAR && tried < MOST; number--) {
    const body = withoutComment(lines[number] ?? '').trimEnd();
    const [, before = '', key, gap, value] = WITHOUT_COLON.exec(body) ?? [];
    if (key === undefined) continue;
    // An item of a list has no colon, unless it is a mapping.
    if (value === undefined && before.includes('-')) continue;
    tried++;
    const start = (starts[number] ?? 0) + before.length;
    const written = value === undefined ? `${key}:` : `${key}: ${value}`;
    yield {
      lines: new Map([[number, before + written]]),
      findings: [
        syntax(
          { start, end: start + key.length },
          gap === ':'
            ? `the space behind the colon of ${key} is missing`
            : `the colon behind ${key} is missing`,
          `write \`${written}\``,
        ),
      ],
    };
  }
}

/** Number of lines before the fault that are searched for the cause. */
const NEAR = 30;

/** The indentation of one level, as in the catalogs of the fixtures and of Toolforge. */
const STEP = 2;

/** Lines that are indented by more or less than their neighbours. */
function* indentation(broken: BrokenText): Iterable<Repair> {
  const { lines, fault } = broken;
  if (withoutComment(lines[fault] ?? '').trim() === '') return;
  const before = neighbour(lines, fault, -1);
  const after = neighbour(lines, fault, 1);
  const indentAt = (number: number): number => indentOf(lines[number] ?? '');
  const here = indentAt(fault);
  if (before >= 0 && indentAt(before) < here) {
    const above = neighbour(lines, before, -1);
    // `above` is a key without a value, so the line `before` was meant as a field of that key.
    const isField =
      indentAt(above) === here &&
      withoutComment(lines[above] ?? '')
        .trimEnd()
        .endsWith(':');
    if (isField) yield* shifted(broken, before, before, here + STEP - indentAt(before));
    if (indentAt(above) >= here) yield* shifted(broken, before, before, here - indentAt(before));
  }
  for (const wanted of new Set([before, after].map(indentAt)))
    yield* shifted(broken, fault, fault, wanted - here);
  // An entry has lost the indentation of its fields either before the fault or from the fault on.
  const owner = ownerOf(lines, fault);
  if (owner !== undefined) yield* shifted(broken, owner + 1, fault - 1, here);
  const end = endOfBlock(lines, fault);
  for (const wanted of new Set(lines.slice(owner ?? 0, fault).map(indentOf)))
    if (wanted > 0) yield* shifted(broken, fault, end, wanted - here);
}

function* shifted({ lines, starts }: BrokenText, first: number, last: number, by: number): Iterable<Repair> {
  if (by === 0 || last < first) return;
  const repaired = new Map<number, string>();
  for (let number = first; number <= last; number++) {
    const line = lines[number] ?? '';
    if (line.trim() !== '')
      repaired.set(number, by > 0 ? ' '.repeat(by) + line : line.replace(/^ +/, (white) => white.slice(-by)));
  }
  const start = starts[first] ?? 0;
  const indent = indentOf(lines[first] ?? '');
  const spaces = (count: number): string => `${count} space${count === 1 ? '' : 's'}`;
  yield {
    lines: repaired,
    findings: [
      syntax(
        { start: start + indent, end: start + (lines[first] ?? '').trimEnd().length },
        `the indentation of ${spaces(indent)} fits no line around it`,
        first === last
          ? `indent {lines} by ${spaces(indent + by)}`
          : `indent {lines} by ${spaces(Math.abs(by))} ${by > 0 ? 'more' : 'less'}`,
        { start, end: starts[last] ?? start },
      ),
    ],
  };
}

/** The nearest line in a direction that is no comment and not blank; -1 if there is none. */
function neighbour(lines: readonly string[], from: number, step: 1 | -1): number {
  let number = from + step;
  while (number >= 0 && number < lines.length && withoutComment(lines[number] ?? '').trim() === '')
    number += step;
  return number < lines.length ? number : -1;
}

/** The line of the entry's name above a line: a key at the left margin without a value. */
function ownerOf(lines: readonly string[], from: number): number | undefined {
  for (let number = from - 1; number >= 0 && number >= from - NEAR; number--)
    if (isNameAlone(withoutComment(lines[number] ?? '').trimEnd())) return number;
  return undefined;
}

const isNameAlone = (line: string): boolean => /^[^ ]/.test(line) && line.endsWith(':') && /\d/.test(line);

/** The last line from here on that is indented at least as far. */
function endOfBlock(lines: readonly string[], from: number): number {
  const indent = indentOf(lines[from] ?? '');
  let end = from;
  while (end + 1 < lines.length && indentOf(lines[end + 1] ?? '') >= Math.max(1, indent)) end++;
  return end;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The line without a comment. A `#` in quotes may cut it short, which makes a repair fail and no more. */
function withoutComment(line: string): string {
  if (line.startsWith('#')) return '';
  const hash = line.indexOf(' #');
  return hash < 0 ? line : line.slice(0, hash);
}

/** The places of a quote and of brackets that are still open at the end of a line. */
function openAtEnd(line: string): { readonly quote?: number; readonly brackets: readonly number[] } {
  const brackets: number[] = [];
  let quote: number | undefined;
  // A quote opens only where a value or a key may begin.
  let mayOpen = true;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (quote !== undefined) {
      if (character === '\\' && line[quote] === '"') at++;
      else if (character === line[quote]) quote = undefined;
      continue;
    }
    if (mayOpen && (character === '"' || character === "'")) quote = at;
    else if (character === '#' && (at === 0 || line[at - 1] === ' ')) break;
    else if ((character === '[' || character === '{') && mayOpen) brackets.push(at);
    else if (character === ']' || character === '}') brackets.pop();
    mayOpen = /[ [{,]/.test(character)
      ? mayOpen || character !== ' ' || /[:\-,]/.test(line[at - 1] ?? '')
      : false;
  }
  return { ...(quote !== undefined && { quote }), brackets };
}

import { pageText } from './pages.ts';

/** Each message that `code` logs, with its level; each level where the call chooses one. Throws on a message that is no literal. */
function* logMessagesIn(code: string): Iterable<{ readonly level: string; readonly message: string }> {
  for (const call of code.matchAll(CALL)) {
    const levels = call.groups?.level ? [call.groups.level] : (call.groups?.levels?.match(LEVEL) ?? []);
    const [last = ''] = argumentsAt(code, call.index + call[0].length).slice(-1);
    const [, message] = /^'(.*)'$/.exec(last) ?? [];
    if (message === undefined) throw new Error(`the message is no literal: ${call[0]}…${last})`);
    for (const level of levels) yield { level, message };
  }
}

/** `log.warn(`, `this.#log.warn(`, `log[serving ? 'warn' : 'error'](` */
const CALL = /\blog(?:\.(?<level>trace|debug|info|warn|error|fatal)|\[(?<levels>[^\]]+)\])\(/g;
const LEVEL = /(?<=')(?:trace|debug|info|warn|error|fatal)(?=')/g;

/** The arguments of a call, as text, from behind its opening parenthesis. */
function argumentsAt(code: string, start: number): string[] {
  const found: string[] = [];
  let depth = 0;
  let begin = start;
  for (let at = start; ; at += 1) {
    const character = code[at];
    if (character === undefined) throw new Error('a call without an end');
    if (character === "'" || character === '`') at = code.indexOf(character, at + 1);
    else if ('([{'.includes(character)) depth += 1;
    else if (depth > 0 && ')]}'.includes(character)) depth -= 1;
    else if (depth === 0 && ',)'.includes(character)) {
      const argument = code.slice(begin, at).trim();
      if (argument !== '') found.push(argument);
      if (character === ')') return found;
      begin = at + 1;
    }
  }
}

/** Levels of each message, in the order of severity. */
export function loggedMessages(paths: readonly string[]): Map<string, string[]> {
  const levels = new Map<string, Set<string>>();
  for (const path of paths)
    for (const { level, message } of logMessagesIn(pageText(path)))
      levels.set(message, (levels.get(message) ?? new Set()).add(level));
  const order = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  return new Map([...levels].map(([message, found]) => [message, order.filter((level) => found.has(level))]));
}

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AnswerFacts } from '../../src/admission/answer.ts';
import { cut, type Log } from '../../src/log.ts';
import { logReview } from '../../src/server/review-log.ts';
import { collectLog } from '../support/log.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-30T17:00:00.070Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('logReview', () => {
  test('writes the same bytes as pino, whatever the text of the client', () => {
    const lines = { joined: 0, escaped: 0 };
    fc.assert(
      fc.property(path, facts, milliseconds, fc.constantFrom('debug', 'info', 'warn'), (...review) => {
        const [where, about, ms, level] = review;
        const text = textLogged(level, (log) => logReview(answered(where, about, ms), log));
        expect(text).toBe(textLogged(level, (log) => pinoLine(log, where, about, ms)));
        lines[text.includes('\\') ? 'escaped' : 'joined'] += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(lines.joined, lines.escaped)).toBeGreaterThan(300);
  });

  test('writes the same bytes as pino for each character that JSON or the log might escape', () => {
    const controls = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));
    for (const character of [...controls, '\u2028', '\ufeff', '\u202e', '\ud800', '\u{e0001}']) {
      const about: AnswerFacts = { verdict: 'allowed', uid: `a${character}b` };
      expect(textLogged('info', (log) => logReview(answered('/review', about, 1), log))).toBe(
        textLogged('info', (log) => pinoLine(log, '/review', about, 1)),
      );
    }
  });

  test('asks pino for no line of a plain review', () => {
    const { log, text } = collectLog('info');
    const info = vi.spyOn(log, 'info');
    const about: AnswerFacts = {
      verdict: 'patched',
      uid: 'u-1',
      operation: 'CREATE',
      name: 'my pod',
      dryRun: false,
    };
    logReview(answered('/review', about, 0.25), log);
    expect(info).not.toHaveBeenCalled();
    expect(text()).toBe(
      '{"level":"info","time":"2026-11-30T17:00:00.070Z","path":"/review","verdict":"patched","status":200,"ms":0.25,' +
        '"review":{"uid":"u-1","operation":"CREATE","name":"my pod","dryRun":false},"msg":"review answered"}\n',
    );
  });
});

/** The line as an object for pino. */
function pinoLine(log: Log, path: string, facts: AnswerFacts, ms: number): void {
  const { verdict, uid, operation, resource, namespace, name, dryRun, reason, error } = facts;
  const short = (text: string | undefined) => (text === undefined ? undefined : cut(text));
  const line = {
    path,
    verdict,
    status: 200,
    ms: Math.round(ms * 1000) / 1000,
    review: {
      uid: short(uid),
      operation,
      resource: short(resource),
      namespace: short(namespace),
      name: short(name),
      dryRun,
      reason: short(reason),
    },
    err: error,
  };
  if (verdict === 'failed') log.error(line, 'review answered');
  else if (verdict === 'rejected') log.warn(line, 'review answered');
  else log.info(line, 'review answered');
}

const answered = (path: string, facts: AnswerFacts, ms: number) => ({
  path,
  answer: { status: 200, contentType: 'application/json' as const, body: '', facts },
  ms,
  aborted: false,
});

function textLogged(level: string, write: (log: Log) => void): string {
  const { log, text } = collectLog(level);
  write(log);
  return text();
}

const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const plain = fc.stringMatching(/^[a-z0-9 ./:-]{0,30}$/);
const anyText = fc.oneof(
  { weight: 12, arbitrary: plain },
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.string({ maxLength: 300, minLength: 250, unit: 'grapheme-ascii' }),
);
const path = fc.constantFrom('/mutate-pods', '/mutate-pods/short-names');
const milliseconds = fc.oneof(
  fc.double({ min: 0, max: 6_000, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const facts: fc.Arbitrary<AnswerFacts> = fc.record({
  verdict: fc.constantFrom('allowed', 'patched', 'denied', 'rejected', 'failed'),
  uid: maybe(anyText),
  operation: maybe(fc.constantFrom('CREATE', 'UPDATE', 'DELETE', 'CONNECT')),
  resource: maybe(anyText),
  namespace: maybe(anyText),
  name: maybe(anyText),
  dryRun: maybe(fc.boolean()),
  reason: maybe(anyText),
});

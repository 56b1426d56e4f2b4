import { expect, test, vi } from 'vitest';
import { answerReview } from '../../src/admission/answer.ts';
import { allowed } from '../../src/admission/verdict.ts';
import { send } from '../support/https-client.ts';
import { podOf, podReview } from '../support/reviews.ts';
import { startServer } from '../support/webhook-server.ts';

const hostile: readonly string[] = [
  '\n{"level":"fatal","msg":"all is lost"}',
  '\r\nHTTP/1.1 200 OK',
  '"},"level":"fatal","x":{"y":"',
  '\u0000',
  '\u0007\u0008\u007f',
  '\u001b[2J\u001b]0;title\u0007',
  '\u009b31m\u0090\u009c',
  '\u000b\u000c\u001c\u001d\u001e\u0085',
  '\u2028\u2029',
  '\u202e\u2066\u200b\u00ad\ufeff',
  '\u{e0041}\u{1d173}',
  '\ud800',
  '%s %o %%',
  '__proto__',
];

/** Characters that end a line in some log viewers, control a terminal, or change the direction of text. */
const STEERING = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const startAnswering = () =>
  startServer({ answerers: { '/review': (body) => answerReview(body, () => allowed()) } });

/** A review with the text in every field that is logged. */
const reviewWith = (text: string): string => {
  const resource = { group: '', version: 'v1', resource: text };
  const fields = { uid: text, name: text, namespace: text, resource, subResource: text };
  return JSON.stringify(podReview(podOf({ app: text }), fields));
};

test('14 reviews with line ends, escape sequences and bidirectional overrides write 14 lines with 0 such characters', async () => {
  await using server = await startAnswering();
  for (const text of hostile) await send({ port: server.port, body: reviewWith(text) });
  const written = server.text();
  expect(written.split('\n')).toHaveLength(hostile.length + 1);
  expect(written).not.toMatch(STEERING);
  // Nothing is lost: the parsed JSON has the text that was sent.
  expect(server.lines).toMatchObject(
    hostile.map((text) => ({
      level: 'info',
      msg: 'review answered',
      review: { uid: text, name: text, namespace: text, resource: `${text}/${text}` },
    })),
  );
});

test.each([
  ['control characters', '\u0001'],
  ['signs that no font shows', '\u{e0041}'],
  ['letters', 'x'],
])('a line has at most 8,192 bytes when each field has 1,000,000 characters: %s', async (_, character) => {
  await using server = await startAnswering();
  await send({ port: server.port, body: reviewWith(character.repeat(1_000_000 / character.length)) });
  await send({ port: server.port, body: `{"kind":"${'y'.repeat(1_000_000)}"}` });
  expect(server.lines).toHaveLength(2);
  for (const line of server.text().split('\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(8_192);
});

test('a request that is no review writes 1 line at most, without text of its head', async () => {
  await using server = await startAnswering();
  const headers = { 'x-forwarded-for': 'PLANTED', 'user-agent': 'PLANTED', 'content-type': 'PLANTED' };
  await send({ port: server.port, path: '/review?PLANTED', headers, body: '{}' });
  await send({ port: server.port, path: '/PLANTED', headers, body: '{}' });
  await send({ port: server.port, path: '/%PLANTED', headers, body: '{}' });
  await vi.waitFor(() => expect(server.lines).toHaveLength(1));
  expect(server.text()).not.toContain('PLANTED');
});

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { SiteAnswer } from '../site/answer.ts';

const compress = promisify(gzip);

/** The compressed bodies of answers, for as long as the site keeps the answers. */
const compressed = new WeakMap<SiteAnswer, Promise<Buffer>>();

/** The body of an answer in its Content-Encoding. Compresses outside of the event loop, and an answer that is kept only once. */
export function encodedBody(answer: SiteAnswer): string | Promise<Buffer> {
  if (answer.headers['Content-Encoding'] !== 'gzip') return answer.body;
  let bytes = compressed.get(answer);
  if (!bytes) {
    bytes = compress(answer.body);
    compressed.set(answer, bytes);
  }
  return bytes;
}

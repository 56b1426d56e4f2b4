import { BadReview } from './decode.ts';
import { isTooDeep, MAX_DEPTH } from './nesting.ts';

/** The JSON value of a request's body, or a BadReview that says why there is none. Quotes nothing of the body. */
export function parseBody(body: Uint8Array): unknown {
  if (body.length === 0) throw new BadReview('the body is empty, and should be an AdmissionReview in JSON');
  const text = decodeUtf8(body);
  if (text.length > ALWAYS_FAST && isTooDeep(text))
    throw new BadReview(`the body is nested deeper than ${MAX_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadReview(notJson(text, error), { cause: error });
  }
}

/** V8 reads even nothing but brackets of this length within some 20 ms, and counting them would cost every Pod. */
const ALWAYS_FAST = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch (error) {
    throw new BadReview('the body is not valid UTF-8, so it is no JSON', { cause: error });
  }
}

/** V8 tells a text that stops short from one that is wrong only by where it gave up. Its words may quote the text. */
function notJson(text: string, error: unknown): string {
  if (text.trim() === '') return 'the body is blank, and should be an AdmissionReview in JSON';
  const message = error instanceof Error ? error.message : '';
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  const short = /end of JSON input|^Unterminated/.test(message) || position >= text.trimEnd().length;
  if (short) return `the body ends within its JSON, after ${text.length} characters: it was cut short`;
  return `the body is not JSON${Number.isNaN(position) ? '' : ` (at character ${position + 1})`}`;
}

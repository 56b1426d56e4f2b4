import { Buffer, isAscii } from 'node:buffer';
import { BadReview } from './decode.ts';

/** Parses the body of a request as JSON, or throws a BadReview with the reason. The message quotes nothing of the body. */
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

/**
 * Nesting is not counted in a text of up to this many characters. V8 parses it within some 20 ms even if it is all brackets, and
 * counting would slow down the review of every Pod.
 */
const ALWAYS_FAST = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(body: Uint8Array): string {
  // Nearly every review is ASCII. Latin-1 is the same there, and takes half the time.
  if (isAscii(body)) return asBuffer(body).toString('latin1');
  try {
    return utf8.decode(body);
  } catch (error) {
    throw new BadReview('the body is not valid UTF-8, so it is no JSON', { cause: error });
  }
}

/** The same bytes: what the server reads is a Buffer already. */
const asBuffer = (bytes: Uint8Array): Buffer =>
  bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** V8's message may quote the text. Only its position tells a truncated text from a wrong one. */
function notJson(text: string, error: unknown): string {
  if (text.trim() === '') return 'the body is blank, and should be an AdmissionReview in JSON';
  const message = error instanceof Error ? error.message : '';
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  const short = /end of JSON input|^Unterminated/.test(message) || position >= text.trimEnd().length;
  if (short) return `the body ends within its JSON, after ${text.length} characters: it was cut short`;
  return `the body is not JSON${Number.isNaN(position) ? '' : ` (at character ${position + 1})`}`;
}

/**
 * The depth limit of Go's encoding/json, which API servers use (scanner.go, maxNestingDepth). V8 has none: it takes two seconds
 * and hundreds of megabytes for 8 MiB of brackets.
 */
export const MAX_DEPTH = 10_000;

/** Whether a JSON text is nested deeper than any API server writes it. */
export function isTooDeep(json: string): boolean {
  // Real reviews always return here, and cheaply: the count jumps from bracket to bracket.
  if (count(json, '{') + count(json, '[') <= MAX_DEPTH) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0 && found <= MAX_DEPTH; at = text.indexOf(character, at + 1))
    found++;
  return found;
}

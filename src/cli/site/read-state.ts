import { readFile } from 'node:fs/promises';
import { etagOf } from '../../site/etag.ts';
import { MAX_STATE_BYTES } from '../../site/state.ts';

/** A state as text, with its ETag. */
export interface TaggedText {
  readonly text: string;
  readonly etag: string;
}

/** Milliseconds for a whole answer. `serve` has it ready, and the next attempt follows soon. */
const TIMEOUT = 4_000;

/**
 * Reads a state from a URL, or from a file that was saved from one. Resolves to undefined if it still has this tag. Rejects with a
 * message that names the place.
 */
export async function readState(
  place: string,
  etag?: string,
  signal?: AbortSignal,
): Promise<TaggedText | undefined> {
  try {
    if (!isUrl(place)) return changed(await fileText(place), etag);
    return await answerOf(place, etag, [...(signal ? [signal] : []), AbortSignal.timeout(TIMEOUT)]);
  } catch (error) {
    throw new Error(`cannot read the state at ${place}: ${reasonOf(error)}`, { cause: error });
  }
}

const isUrl = (place: string): boolean => /^https?:\/\//.test(place);

function changed(text: string, etag: string | undefined): TaggedText | undefined {
  const found = { text, etag: etagOf(text) };
  return found.etag === etag ? undefined : found;
}

async function fileText(file: string): Promise<string> {
  const bytes = await readFile(file);
  if (bytes.length > MAX_STATE_BYTES) throw tooLarge();
  return bytes.toString();
}

async function answerOf(
  url: string,
  etag: string | undefined,
  signals: AbortSignal[],
): Promise<TaggedText | undefined> {
  const headers = etag === undefined ? {} : { 'If-None-Match': etag };
  // A redirect could lead to any address of the cluster's network.
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.any(signals) });
  if (response.status === 304) return undefined;
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(
      `HTTP status ${response.status} instead of 200; is it the ops port of serve, with /state.json?`,
    );
  }
  const text = await textOf(response);
  return { text, etag: response.headers.get('etag') ?? etagOf(text) };
}

/** Reads a body up to the limit, whatever length it claims to have. */
async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_STATE_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const tooLarge = (): Error => new Error(`it is larger than ${MAX_STATE_BYTES / 1024 / 1024} MiB`);

/** The message of `fetch` is "fetch failed"; its cause says why. */
function reasonOf(error: unknown): string {
  const { message, cause, name } = error as Error;
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT / 1_000} s`;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

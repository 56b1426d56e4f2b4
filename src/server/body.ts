import type { IncomingMessage } from 'node:http';
import type { BodyBudget, Holding } from './byte-budget.ts';

export interface BodyRules {
  /**
   * Bytes. The rest is read and discarded. 0 for a request that is rejected anyway: its body is read so that the client gets
   * the answer.
   */
  readonly limit: number;
  /** Milliseconds for the whole body, waiting for the budget included. */
  readonly timeout: number;
}

export type Body =
  /** The whole body. The caller releases the holding. */
  | { readonly kind: 'whole'; readonly bytes: Uint8Array; readonly holding: Holding }
  /** Over the limit. */
  | {
      readonly kind: 'oversized';
      readonly beginning: Uint8Array;
      /** As declared, or as counted; undefined for a chunked body that was not read to its end. */
      readonly bytes: number | undefined;
      readonly readToEnd: boolean;
    }
  /** Timed out. */
  | { readonly kind: 'late' }
  /** The client disconnected. */
  | { readonly kind: 'aborted' };

/** Whether the connection can be used for another request. */
export const isReadToEnd = (body: Body): boolean =>
  body.kind === 'whole' || (body.kind === 'oversized' && body.readToEnd);

/** Bytes. The API server writes the uid within the first 150. */
const BEGINNING = 4 * 1024;

/**
 * Bytes beyond the limit that are read and discarded, since the API server reads no answer before it has sent the whole
 * body. The largest review it makes has 25 MB; a larger body is not a review, and its connection is closed.
 */
const MAX_DISCARDED = 64 * 1024 * 1024;

/** Reads a body by these rules. Never rejects. Unless the body is whole, its bytes are released. */
export function readBody(request: IncomingMessage, rules: BodyRules, budget: BodyBudget): Promise<Body> {
  return new Promise((resolve) => {
    // After this turn of the event loop the whole body of an ordinary review has arrived. It is read in one piece, which is
    // much cheaper than a timer and listeners for each review.
    setImmediate(() => {
      const body = readArrived(request, rules, budget);
      if (body) resolve(body);
      else readInPieces(request, rules, budget, resolve);
    });
  });
}

function readArrived(request: IncomingMessage, { limit }: BodyRules, budget: BodyBudget): Body | undefined {
  const declared = declaredBytes(request);
  if (!request.complete || declared === undefined || declared > limit) return undefined;
  const holding = budget.holdNow(declared);
  if (!holding) return undefined;
  // With a size, because Node 26 otherwise reads only the first chunk.
  const bytes: Uint8Array = request.read(declared) ?? new Uint8Array();
  if (bytes.length === declared) return { kind: 'whole', bytes, holding };
  // After the client disconnected there is nothing left to read.
  holding.release();
  return { kind: 'aborted' };
}

/**
 * Reads a body that is slow, large, chunked, or has to wait for the budget, with a timeout. Only bytes that have arrived
 * count, whatever length was declared.
 */
function readInPieces(
  request: IncomingMessage,
  { limit, timeout }: BodyRules,
  budget: BodyBudget,
  done: (body: Body) => void,
): void {
  const declared = declaredBytes(request);
  const holding = budget.hold(declared);
  let received = 0;
  let beginning: Buffer[] = [];
  let held: Buffer[] | undefined = [];
  let hasRoom = true;
  let ended = false;

  const finish = (body: Body): void => {
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    if (body.kind !== 'whole') {
      holding.release();
      // Node does not close the connection after the answer while the request is paused.
      request.resume();
    }
    done(body);
  };
  const oversized = (readToEnd: boolean): void =>
    finish({
      kind: 'oversized',
      beginning: Buffer.concat(beginning).subarray(0, BEGINNING),
      bytes: declared ?? (readToEnd ? received : undefined),
      readToEnd,
    });
  const discard = (): void => {
    beginning = held ?? [];
    held = undefined;
    holding.release();
  };
  /** Leaves the rest unread until the budget has room for this piece. */
  const keep = (chunk: Buffer): void => {
    held?.push(chunk);
    hasRoom = false;
    request.pause();
    holding.grow(chunk.length, () => {
      hasRoom = true;
      if (ended) onEnd();
      else request.resume();
    });
  };

  const onData = (chunk: Buffer): void => {
    if (held && received + chunk.length > limit) discard();
    if (held) keep(chunk);
    else if (received < BEGINNING) beginning.push(chunk);
    received += chunk.length;
    if (received > limit + MAX_DISCARDED) oversized(false);
  };
  // `end` follows the last piece even while the request is paused, and `close` follows `end`.
  const onEnd = (): void => {
    ended = true;
    if (!held) oversized(true);
    else if (hasRoom) finish({ kind: 'whole', bytes: joined(held), holding });
  };
  const onClose = (): void => {
    if (!ended) finish({ kind: 'aborted' });
  };
  const timer = setTimeout(() => (held ? finish({ kind: 'late' }) : oversized(false)), timeout);
  request.on('end', onEnd).on('close', onClose);
  if (request.destroyed) {
    onClose();
    return;
  }
  if (declared !== undefined && declared > limit) discard();
  // Adding this listener starts the flow of data.
  request.on('data', onData);
}

const joined = (chunks: readonly Buffer[]): Uint8Array =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);

/** Node has checked that a content length is a number and that the body keeps to it. */
function declaredBytes({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}

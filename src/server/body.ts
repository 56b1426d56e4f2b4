import type { IncomingMessage } from 'node:http';
import type { BodyBudget, Holding } from './byte-budget.ts';

export interface BodyRules {
  /** More is not held. 0 for a request that is refused anyway: it is read, so that its answer arrives. */
  readonly limit: number;
  /** Milliseconds for all of it, waiting for the budget included. */
  readonly timeout: number;
}

export type Body =
  /** All of it. Whoever answers has the holding to release. */
  | { readonly kind: 'whole'; readonly bytes: Uint8Array; readonly holding: Holding }
  /** Over the limit, and read on to its end or not. */
  | {
      readonly kind: 'oversized';
      readonly beginning: Uint8Array;
      /** As declared; undefined for a chunked body that nobody counted to its end. */
      readonly bytes: number | undefined;
      readonly readToEnd: boolean;
    }
  /** Did not come in time. */
  | { readonly kind: 'late' }
  /** The sender went away. */
  | { readonly kind: 'aborted' };

/** Whether the connection can be used again. */
export const isReadToEnd = (body: Body): boolean =>
  body.kind === 'whole' || (body.kind === 'oversized' && body.readToEnd);

/** The uid stands in the first 150 bytes of what the API server sends. */
const BEGINNING = 4 * 1024;

/**
 * Past the limit a body is read on to its end and thrown away, since the API server reads no answer before it has sent
 * all: the largest review it makes has 25 MB. What is larger than this is no review, and is cut off.
 */
const DRAINED_AT_MOST = 64 * 1024 * 1024;

/** Reads a body within the rules. Never rejects; the budget is free again however it ends. */
export function readBody(request: IncomingMessage, rules: BodyRules, budget: BodyBudget): Promise<Body> {
  return new Promise((resolve) => {
    // After this turn of the event loop the body of an ordinary review has arrived behind its head, and is taken in
    // one piece: much cheaper than a timer and listeners for each.
    setImmediate(() => {
      const body = takeArrived(request, rules, budget);
      if (body) resolve(body);
      else listen(request, rules, budget, resolve);
    });
  });
}

function takeArrived(request: IncomingMessage, { limit }: BodyRules, budget: BodyBudget): Body | undefined {
  const declared = declaredBytes(request);
  if (!request.complete || declared === undefined || declared > limit) return undefined;
  const holding = budget.holdNow(declared);
  if (!holding) return undefined;
  const bytes: Uint8Array = request.read() ?? new Uint8Array();
  if (bytes.length === declared) return { kind: 'whole', bytes, holding };
  // Of a request whose sender has gone there is nothing left to read.
  holding.release();
  return { kind: 'aborted' };
}

/**
 * Piece by piece and against the clock: what is slow, large, chunked, or has to wait for the budget. What has not come
 * holds nothing, whatever length was declared.
 */
function listen(
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
      // A request that stays paused keeps Node from ending its connection after the answer.
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
  const letGo = (): void => {
    beginning = held ?? [];
    held = undefined;
    holding.release();
  };
  /** What comes after this piece stays unread until there is room for it. */
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
    if (held && received + chunk.length > limit) letGo();
    if (held) keep(chunk);
    else if (received < BEGINNING) beginning.push(chunk);
    received += chunk.length;
    if (received > limit + DRAINED_AT_MOST) oversized(false);
  };
  // After the last piece the end comes even to who has paused, and the close behind it means no more than that.
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
  if (declared !== undefined && declared > limit) letGo();
  // Listening to data is what starts the reading.
  request.on('data', onData);
}

const joined = (chunks: readonly Buffer[]): Uint8Array =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);

/** Node has checked that a content length is a number and that the body keeps to it. */
function declaredBytes({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}

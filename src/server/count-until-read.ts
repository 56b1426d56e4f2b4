import type { ServerResponse } from 'node:http';
import type { Holding } from './byte-budget.ts';

/**
 * Counts the bytes of an answer against a budget, in place of what the holding counts so far, until the client has read
 * them. A client that takes longer than so many milliseconds loses its connection.
 */
export function countUntilRead(
  response: ServerResponse,
  bytes: number,
  { replaceBy, release }: Holding,
  milliseconds: number,
): void {
  if (response.destroyed) {
    release();
    return;
  }
  replaceBy(bytes);
  const late = setTimeout(() => response.destroy(), milliseconds);
  response.on('close', () => {
    clearTimeout(late);
    release();
  });
}

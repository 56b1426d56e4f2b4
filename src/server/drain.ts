import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Listening } from './http-servers.ts';

export type Signal = 'SIGTERM' | 'SIGINT';

/** 0 when all requests were answered, otherwise what a shell reports for a process ended by the signal. */
export type DrainExitCode = 0 | 130 | 143;

/** Whether the server is draining, and how many requests are in flight. */
export class Lifecycle {
  #draining = false;
  #inFlight = 0;
  #whenIdle: (() => void)[] = [];

  get draining(): boolean {
    return this.#draining;
  }

  startDraining(): void {
    this.#draining = true;
  }

  requestBegun(): void {
    this.#inFlight += 1;
  }

  requestEnded(): void {
    this.#inFlight -= 1;
    if (this.#inFlight > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Settles when no request is in flight. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }
}

export interface DrainOptions {
  readonly onSignal: (signal: Signal, listener: () => void) => void;
  readonly lifecycle: Lifecycle;
  /** The port that is drained. */
  readonly listening: Listening;
  /** How long the server goes on answering after SIGTERM. */
  readonly milliseconds: number;
  readonly log: Log;
}

/**
 * Drains after a signal and resolves to the exit code; the caller closes what is still open. After SIGTERM a Pod goes on
 * receiving calls while its endpoint disappears from one proxy after the other, and on connections that the API server keeps
 * for much longer. So the server goes on answering, closes each connection with its answer, and only then stops listening. Of
 * four ways that were measured under load, only this one lost no call.
 *
 * SIGINT comes from a keyboard and skips the wait. A second signal ends the draining at once.
 */
export async function runUntilSignal(options: DrainOptions): Promise<DrainExitCode> {
  const { onSignal, lifecycle, log } = options;
  const signals = signalsFrom(onSignal);
  const first = await signals.first;
  lifecycle.startDraining();
  log.info({ signal: first }, 'draining');

  const stop = new AbortController();
  const exitCode = await Promise.race([
    drain(options, first, stop.signal).then(() => 0 as const),
    signals.second.then((signal) => EXIT_CODES[signal]),
  ]);
  stop.abort();
  log.info({ exitCode }, 'stopped');
  return exitCode;
}

/** Milliseconds for requests in flight when the listener closes: the longest timeout of our webhooks. */
const IN_FLIGHT = 5_000;
/** Milliseconds for the last answers to be sent. Only connections without a request are open after that. */
const LAST_ANSWERS = 250;

/** 128 + the number of the signal, as a shell has it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const satisfies Record<Signal, number>;

async function drain(options: DrainOptions, first: Signal, signal: AbortSignal): Promise<void> {
  const { lifecycle, listening, milliseconds } = options;
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
  if (first === 'SIGTERM') await pause(milliseconds);
  const closed = listening.close();
  await Promise.race([lifecycle.idle(), pause(IN_FLIGHT)]);
  await Promise.race([closed, pause(LAST_ANSWERS)]);
}

interface Signals {
  readonly first: Promise<Signal>;
  readonly second: Promise<Signal>;
}

function signalsFrom(onSignal: DrainOptions['onSignal']): Signals {
  const waiting: ((signal: Signal) => void)[] = [];
  const next = (): Promise<Signal> =>
    new Promise((resolve) => {
      waiting.push(resolve);
    });
  const signals = { first: next(), second: next() };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) onSignal(signal, () => waiting.shift()?.(signal));
  return signals;
}

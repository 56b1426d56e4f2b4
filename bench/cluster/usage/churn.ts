import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, create } from '../api.ts';
import { toolName } from './population.ts';
import { toolPod } from './tool-pods.ts';

export interface ChurnOptions {
  readonly perMinute: number;
  /** Milliseconds that each Pod exists. */
  readonly lifetime: number;
  /** The number of tools that the Pods belong to. */
  readonly tools: number;
  readonly image: string;
}

/** Creates and deletes Pods at a steady pace. The returned function stops it, waits for the last deletion, and resolves to the number of Pods. */
export function churn(
  api: Client,
  { perMinute, lifetime, tools, image }: ChurnOptions,
): () => Promise<number> {
  const stop = new AbortController();
  // Each existing Pod listens to this signal.
  setMaxListeners(0, stop.signal);
  const lives: Promise<void>[] = [];
  const live = async (number: number): Promise<void> => {
    const pods = `/api/v1/namespaces/${toolName(number % tools)}/pods`;
    const { metadata } = await create(
      api,
      pods,
      toolPod({ name: `crash-${lifetime}-${number}-${Date.now()}`, by: 'job', image }),
    );
    await pause(lifetime, undefined, { signal: stop.signal }).catch(() => undefined);
    await api.send('DELETE', `${pods}/${metadata.name}?gracePeriodSeconds=0`);
  };
  const began = performance.now();
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      while (began + lives.length * (60_000 / perMinute) <= performance.now()) lives.push(live(lives.length));
      await pause(20);
    }
  };
  const running = run();
  return async () => {
    stop.abort();
    await running;
    await Promise.all(lives);
    return lives.length;
  };
}

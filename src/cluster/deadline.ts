/** A signal that aborts with its parent, or when its time is over. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Restarts the time from now. The abort reason gets this message. */
  readonly extend: (milliseconds: number, message: string) => void;
  /** Releases the timer and the listener. Always call it in the end. */
  readonly clear: () => void;
}

/**
 * Replaces AbortSignal.any and AbortSignal.timeout: a parent signal that lives as long as the process keeps memory of each
 * signal derived from it (nodejs/node#54614), a leak at one call every few seconds.
 */
export function deadline(parent: AbortSignal, milliseconds: number, message: string): Deadline {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent.reason);
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => {
    clearTimeout(timer);
    parent.removeEventListener('abort', follow);
  };
  const extend = (longer: number, newMessage: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new Error(newMessage)), longer);
  };

  extend(milliseconds, message);
  parent.addEventListener('abort', follow, { once: true });
  controller.signal.addEventListener('abort', clear, { once: true });
  if (parent.aborted) follow();
  return { signal: controller.signal, extend, clear };
}

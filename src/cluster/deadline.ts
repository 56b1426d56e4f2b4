/** A signal that follows another one, and also fires by itself when nobody extends it in time. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** So many milliseconds from now. `fault` is what the signal says when they are over. */
  readonly extend: (milliseconds: number, fault: string) => void;
  /** To be called in the end. */
  readonly clear: () => void;
}

/**
 * AbortSignal.any and AbortSignal.timeout would say it in one line, but a signal that lives as long as the process keeps
 * something of each signal that was ever derived from it (nodejs/node#54614): a leak for who asks every few seconds.
 */
export function deadline(parent: AbortSignal, milliseconds: number, fault: string): Deadline {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent.reason);
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => {
    clearTimeout(timer);
    parent.removeEventListener('abort', follow);
  };
  const extend = (longer: number, reason: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new Error(reason)), longer);
  };

  extend(milliseconds, fault);
  parent.addEventListener('abort', follow, { once: true });
  controller.signal.addEventListener('abort', clear, { once: true });
  if (parent.aborted) follow();
  return { signal: controller.signal, extend, clear };
}

/** A sleep that somebody can end, also before it begins: what happened meanwhile is not lost. */
export class WakeSignal {
  #due = false;
  #wakeUp = (): void => {};

  wake(): void {
    this.#due = true;
    this.#wakeUp();
  }

  /** At most so many milliseconds, or until the signal. */
  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.#due && !signal.aborted)
      await new Promise<void>((resolve) => {
        const wakeUp = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wakeUp);
          resolve();
        };
        const timer = setTimeout(wakeUp, milliseconds);
        signal.addEventListener('abort', wakeUp, { once: true });
        this.#wakeUp = wakeUp;
      });
    this.#due = false;
  }
}

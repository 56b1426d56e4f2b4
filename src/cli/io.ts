/** One end of a pipe or a terminal: what of `process.stdout` the verbs use. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Everything that a verb may touch of the outside, files excepted; a fake is an object literal. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** YYYY-MM-DD in UTC. */
  readonly today: () => string;
  /** Where `docs/` lies: beside `src/` and `dist/`. */
  readonly docs: URL;
  /** Installing a listener takes the signal's default effect away, so only `serve` does. */
  readonly onSignal: (signal: 'SIGTERM' | 'SIGINT', listener: () => void) => void;
}

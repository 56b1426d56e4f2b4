/** A pipe or a terminal: the part of `process.stdout` that the verbs use. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The surroundings of a verb, except files; a fake is an object literal. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** YYYY-MM-DD in UTC. */
  readonly today: () => string;
  /** The directory `docs/`, beside `src/` and `dist/`. */
  readonly docs: URL;
  /** The path of the running script: how the program was called. */
  readonly script: string;
  /** A listener disables the default effect of its signal, so only the servers of `serve` and `site` install one. */
  readonly onSignal: (signal: 'SIGTERM' | 'SIGINT', listener: () => void) => void;
}

import tls from 'node:tls';

/** Sets Node's default ciphers, as `--tls-cipher-list` does, until it is disposed. */
export function defaultCiphers(ciphers: string): Disposable {
  const defaults = tls as { DEFAULT_CIPHERS: string };
  const before = defaults.DEFAULT_CIPHERS;
  defaults.DEFAULT_CIPHERS = ciphers;
  return {
    [Symbol.dispose]: () => {
      defaults.DEFAULT_CIPHERS = before;
    },
  };
}

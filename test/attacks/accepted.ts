import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

export interface Accepted extends Disposable {
  /** The TCP sockets beneath TLS, in the order of their arrival. */
  readonly sockets: readonly Socket[];
  readonly open: () => number;
}

/** Collects the server's side of every connection that a server of this process accepts from now on. */
export function watchAccepted(): Accepted {
  const sockets: Socket[] = [];
  const onAccepted = (message: unknown): void =>
    void sockets.push((message as { readonly socket: Socket }).socket);
  subscribe('net.server.socket', onAccepted);
  return {
    sockets,
    open: () => sockets.filter((socket) => !socket.closed).length,
    [Symbol.dispose]: () => unsubscribe('net.server.socket', onAccepted),
  };
}

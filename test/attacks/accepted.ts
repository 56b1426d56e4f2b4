import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

export interface Accepted extends Disposable {
  /** Of TCP, beneath TLS, in the order of their coming. */
  readonly sockets: readonly Socket[];
  readonly open: () => number;
}

/** The server's side of every connection that a server of this process accepts from now on. */
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

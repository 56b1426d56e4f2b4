import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Requests of one connection that may be there at once. Go sends the next one only after the answer; a hundred thousand
 * on one connection took 400 MB.
 */
const MOST_AT_ONCE = 32;

/**
 * Each connection is answered one request after the other, the next one when the answer before it was taken, and closed
 * when too many wait. Node itself would hand over all of them and keep the answers of the later ones.
 */
export function withoutPipelining(listener: RequestListener): RequestListener {
  /** What each connection waits for; its first one is being answered. */
  const lines = new WeakMap<Socket, (() => void)[]>();
  const lineOf = (socket: Socket): (() => void)[] => {
    let line = lines.get(socket);
    if (!line) {
      line = [];
      lines.set(socket, line);
    }
    return line;
  };
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const line = lineOf(socket);
    line.push(() => listener(request, response));
    if (line.length > MOST_AT_ONCE) {
      socket.destroy();
      return;
    }
    response.once('close', () => {
      line.shift();
      if (!socket.destroyed) line[0]?.();
    });
    if (line.length === 1) line[0]?.();
  };
}

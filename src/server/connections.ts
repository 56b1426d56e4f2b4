import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';

export interface ConnectionLimit {
  readonly max: number;
  /** Called for each connection that is closed because there are too many. */
  readonly onClosed?: () => void;
}

/**
 * Limits how many connections are open. A connection above the limit is accepted and closes another one: otherwise a client
 * that opens all of them and sends nothing, or sends slowly, would keep the API server out. The oldest connection without a
 * complete request goes first, then the one that has been idle for longest. A connection that waits for its answer stays; if
 * all do, the newest one is closed.
 */
export function limitConnections(server: Server | SecureServer, { max, onClosed }: ConnectionLimit): void {
  const open = new Map<string, Connection>();
  /** The connections, by the socket of their requests. */
  const bySocket = new WeakMap<Socket, Connection>();
  // Each connection is in one of the two sets. Each set is in the order in which its connections would be closed.
  const busy = new Set<Connection>();
  const idle = new Set<Connection>();

  const moveTo = (state: Set<Connection> | undefined, connection: Connection): void => {
    busy.delete(connection);
    idle.delete(connection);
    state?.add(connection);
  };
  const forget = (connection: Connection): void => {
    moveTo(undefined, connection);
    if (open.get(connection.peer) === connection) open.delete(connection.peer);
  };
  const makeRoomFor = (newest: Connection): void => {
    const closing =
      first(busy, (connection) => connection !== newest && !isWaitingForAnswer(connection)) ??
      first(idle, () => true) ??
      newest;
    forget(closing);
    closing.socket.destroy();
    onClosed?.();
  };

  server.on('connection', (socket: Socket) => {
    const connection: Connection = { peer: peerOf(socket), socket, request: undefined, unanswered: 0 };
    open.set(connection.peer, connection);
    moveTo(busy, connection);
    socket.once('close', () => forget(connection));
    if (open.size > max) makeRoomFor(connection);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = bySocket.get(request.socket) ?? open.get(peerOf(request.socket));
    if (connection === undefined || open.get(connection.peer) !== connection) return;
    bySocket.set(request.socket, connection);
    connection.request = request;
    connection.unanswered += 1;
    moveTo(busy, connection);
    response.on('close', () => {
      connection.unanswered -= 1;
      if (connection.unanswered === 0 && open.get(connection.peer) === connection) moveTo(idle, connection);
    });
  });
}

interface Connection {
  readonly peer: string;
  /** The TCP socket, beneath TLS. */
  readonly socket: Socket;
  /** The last request; undefined before the first. */
  request: IncomingMessage | undefined;
  unanswered: number;
}

/** Whether its request has arrived to the last byte. */
const isWaitingForAnswer = ({ request }: Connection): boolean => request?.complete === true;

/**
 * Identifies a connection. The text is the same for a TLS socket and the TCP socket beneath it; `connection` events have only
 * the TCP socket.
 */
const peerOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`;

function first(
  connections: Iterable<Connection>,
  matches: (connection: Connection) => boolean,
): Connection | undefined {
  for (const connection of connections) if (matches(connection)) return connection;
  return undefined;
}

/**
 * Requests that one connection may have sent ahead. Go sends none ahead of an answer. A hundred thousand requests on one
 * connection took 400 MB.
 */
const MAX_PIPELINED = 32;

/**
 * Answers the requests of a connection one after the other, and begins the next one when the client has read the previous
 * answer. Closes a connection with too many requests waiting. Node itself would call the listener for all of them, and keep
 * the later answers in memory.
 */
export function withoutPipelining(listener: RequestListener): RequestListener {
  /** The requests of each connection; the first one is being answered. */
  const queues = new WeakMap<Socket, (() => void)[]>();
  const queueOf = (socket: Socket): (() => void)[] => {
    let queue = queues.get(socket);
    if (!queue) {
      queue = [];
      queues.set(socket, queue);
    }
    return queue;
  };
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    const queue = queueOf(socket);
    queue.push(() => listener(request, response));
    if (queue.length > MAX_PIPELINED) {
      socket.destroy();
      return;
    }
    response.on('close', () => {
      queue.shift();
      if (!socket.destroyed) queue[0]?.();
    });
    if (queue.length === 1) queue[0]?.();
  };
}

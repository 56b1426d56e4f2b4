import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';

export interface ConnectionBounds {
  readonly most: number;
  /** Called for each connection that had to go because there were too many. */
  readonly onClosed?: () => void;
}

/**
 * Holds at most so many connections. One more takes the place of another: whoever opens them all and says nothing, or
 * says it slowly, would otherwise keep the API server out. First goes the oldest of those that still have to say
 * something, then of those that have been answered. Who is owed an answer stays, and if that is everybody the newest
 * goes itself.
 */
export function boundConnections(server: Server | SecureServer, { most, onClosed }: ConnectionBounds): void {
  const open = new Map<string, Connection>();
  /** By the socket that requests come from. */
  const asked = new WeakMap<Socket, Connection>();
  // Each connection is in one of them; their order is the order of going.
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
    const goes =
      first(busy, (connection) => connection !== newest && !isOwedAnAnswer(connection)) ??
      first(idle, () => true) ??
      newest;
    forget(goes);
    goes.socket.destroy();
    onClosed?.();
  };

  server.on('connection', (socket: Socket) => {
    const connection: Connection = { peer: peerOf(socket), socket, request: undefined, unanswered: 0 };
    open.set(connection.peer, connection);
    moveTo(busy, connection);
    socket.once('close', () => forget(connection));
    if (open.size > most) makeRoomFor(connection);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = asked.get(request.socket) ?? open.get(peerOf(request.socket));
    if (connection === undefined || open.get(connection.peer) !== connection) return;
    asked.set(request.socket, connection);
    connection.request = request;
    connection.unanswered += 1;
    moveTo(busy, connection);
    response.once('close', () => {
      connection.unanswered -= 1;
      if (connection.unanswered === 0 && open.get(connection.peer) === connection) moveTo(idle, connection);
    });
  });
}

interface Connection {
  readonly peer: string;
  /** Of TCP, beneath TLS. */
  readonly socket: Socket;
  /** The last one; undefined before the first. */
  request: IncomingMessage | undefined;
  unanswered: number;
}

/** Its question is there to the last byte. */
const isOwedAnAnswer = ({ request }: Connection): boolean => request?.complete === true;

/** What a connection over TLS shares with the one of TCP beneath it, which alone the server announces. */
const peerOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`;

function first(
  connections: Iterable<Connection>,
  suits: (connection: Connection) => boolean,
): Connection | undefined {
  for (const connection of connections) if (suits(connection)) return connection;
  return undefined;
}

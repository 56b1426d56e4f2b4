import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** Far more than a kubelet and a few Prometheus servers need. */
const CONNECTIONS = 256;

/**
 * Plain HTTP for health and metrics. Whoever connects and asks nothing is closed after so many milliseconds; and when
 * there are too many the oldest connection gives way, so that a kubelet's always gets through.
 */
export function createOpsServer(milliseconds: number): Server {
  const server = createServer({
    headersTimeout: milliseconds,
    requestTimeout: milliseconds,
    keepAliveTimeout: milliseconds,
    // How often Node looks for those that ran out.
    connectionsCheckingInterval: Math.min(1_000, milliseconds),
    maxHeaderSize: 16 * 1024,
  });
  // A peer that takes no answer.
  server.timeout = 2 * milliseconds;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // In the order in which they came.
    const [oldest] = sockets;
    if (sockets.size > CONNECTIONS && oldest) {
      sockets.delete(oldest);
      oldest.destroy();
    }
  });
  return server;
}

import { createServer, type Server } from 'node:http';
import { boundConnections } from './connections.ts';

/** Far more than a kubelet and a few Prometheus servers need. */
const CONNECTIONS = 256;

/**
 * Plain HTTP for health and metrics. Whoever connects and asks nothing is closed after so many milliseconds, or sooner
 * when there are too many, so that a kubelet always gets through.
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
  boundConnections(server, { most: CONNECTIONS });
  return server;
}

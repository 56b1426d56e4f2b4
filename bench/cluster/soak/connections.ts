import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Program } from '../../../test/control-plane/support/program.ts';

/** A review that is shorter than its Content-Length. */
const HALF =
  'POST /mutate-pods HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{"kind":';

/** Connections without a complete review, as a server meets them. Each ends within a second. */
const visits: readonly ((replica: Program) => Promise<void>)[] = [
  // A client that only reads the certificate.
  async (replica) => {
    (await shakenHands(replica)).destroy();
  },
  // A client that crashes while it sends.
  async (replica) => {
    const socket = await shakenHands(replica);
    await new Promise((written) => socket.write(HALF, written));
    socket.destroy();
  },
  // A client that ends its side in the middle.
  async (replica) => {
    const socket = await shakenHands(replica);
    socket.end(HALF);
    await once(socket.resume(), 'close');
  },
  // A scanner: an unknown path.
  async (replica) => {
    const socket = await shakenHands(replica);
    socket.end('GET /.env HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await once(socket.resume(), 'close');
  },
  // No TLS at all.
  async ({ tlsPort }) => {
    const socket = connectPlain({ host: '127.0.0.1', port: tlsPort });
    socket.on('error', () => undefined).end('GET / HTTP/1.1\r\n\r\n');
    await once(socket.resume(), 'close');
  },
  // TCP alone, as the health check of a load balancer.
  async ({ tlsPort }) => {
    const socket = connectPlain({ host: '127.0.0.1', port: tlsPort });
    await once(socket, 'connect');
    socket.resetAndDestroy();
  },
];

/** Each call makes the next kind of connection, to each replica in turn. */
export function visitor(replicas: readonly Program[]): () => Promise<void> {
  let count = 0;
  return async () => {
    const turn = count++;
    const replica = replicas[turn % replicas.length];
    const visit = visits[Math.floor(turn / replicas.length) % visits.length];
    if (replica) await visit?.(replica);
  };
}

async function shakenHands({ tlsPort }: Program): Promise<Socket> {
  const socket = connectTls({ host: '127.0.0.1', port: tlsPort, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

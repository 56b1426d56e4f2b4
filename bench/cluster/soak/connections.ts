import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Program } from '../../../test/control-plane/support/program.ts';

/** Bytes of a review that stay behind what its headers promise. */
const HALF =
  'POST /mutate-pods HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{"kind":';

/** Connections that bring no review, each as it comes about in the life of a server; all of them end within a second. */
const visits: readonly ((replica: Program) => Promise<void>)[] = [
  // Whoever only looks at the certificate.
  async (replica) => {
    (await shakenHands(replica)).destroy();
  },
  // A client that dies while it sends.
  async (replica) => {
    const socket = await shakenHands(replica);
    await new Promise((written) => socket.write(HALF, written));
    socket.destroy();
  },
  // A client that says goodbye in the middle.
  async (replica) => {
    const socket = await shakenHands(replica);
    socket.end(HALF);
    await once(socket.resume(), 'close');
  },
  // A scanner: a path that there is not.
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
  // TCP alone, as a load balancer looks.
  async ({ tlsPort }) => {
    const socket = connectPlain({ host: '127.0.0.1', port: tlsPort });
    await once(socket, 'connect');
    socket.resetAndDestroy();
  },
];

/** One after the other, at each replica in turn. */
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

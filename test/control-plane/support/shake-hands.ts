import { once } from 'node:events';
import { connect, type PeerCertificate } from 'node:tls';

type Handshake =
  | { readonly fault: undefined; readonly certificate: PeerCertificate }
  | { readonly fault: string };

/** One new connection, verified against a bundle that stands in a configuration just now, as the API server would. */
export async function shakeHands(tlsPort: number, bundle: string): Promise<Handshake> {
  const socket = connect({ host: '127.0.0.1', port: tlsPort, ca: bundle });
  try {
    await once(socket, 'secureConnect');
    return { fault: undefined, certificate: socket.getPeerCertificate() };
  } catch (error) {
    return { fault: (error as Error).message };
  } finally {
    socket.destroy();
  }
}

// The connections of service.ts, on a thread of their own: a connection that ends on one side has to end on the other side at once,
// even while the tests are busy. In a cluster, where packets are translated, there is no process in between.
import { connect, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** The number of endpoints, and their ports: written by service.ts. */
const shared = new Int32Array(workerData);
/** @type {Set<import('node:net').Socket>} */
const open = new Set();
let turn = 0;

const server = createServer((near) => {
  const count = Atomics.load(shared, 0);
  if (count === 0) {
    near.resetAndDestroy();
    return;
  }
  const far = connect({ host: '127.0.0.1', port: Atomics.load(shared, 1 + (turn++ % count)) });
  for (const { from, to } of [
    { from: near, to: far },
    { from: far, to: near },
  ]) {
    open.add(from);
    from.setNoDelay();
    from.on('error', () => to.destroy());
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
    from.pipe(to);
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage(typeof address === 'object' && address?.port);
});
parentPort?.once('message', () => {
  server.close();
  for (const socket of open) socket.destroy();
  parentPort?.close();
});

// A bounded number of reviews over a fixed number of kept-alive TLS connections, each answered before the next is sent.
import { Agent, request } from 'node:https';

/** @returns latencies in milliseconds, in the order in which answers came, and what was not answered with 200. */
export async function load({ port, path, bodies, total, connections = 16, onAnswer }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, rejectUnauthorized: false });
  const latencies = [];
  let sent = 0;
  let refused = 0;
  const one = async () => {
    while (sent < total) {
      const body = bodies[sent++ % bodies.length];
      const start = performance.now();
      const status = await post({ agent, port, path, body });
      latencies.push(performance.now() - start);
      if (status !== 200) refused++;
      onAnswer?.(start);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return { latencies, refused, seconds: (performance.now() - started) / 1_000 };
}

function post({ agent, port, path, body }) {
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}

export const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

export const median = (values) => percentile(values, 0.5);

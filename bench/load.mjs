// Sends a number of reviews over a fixed number of kept-alive TLS connections. Each connection sends the next review after
// the answer.
import { Agent, request } from 'node:https';

/**
 * @typedef {object} Load
 * @property {number} port
 * @property {string} path
 * @property {import('./reviews.mjs').Bodies} bodies
 * @property {number} total
 * @property {number} [connections]
 */

/**
 * @param {Load} load
 * @returns latencies in milliseconds, in the order of the answers, and how many answers were not 200
 */
export async function load({ port, path, bodies, total, connections = 16 }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, rejectUnauthorized: false });
  /** @type {number[]} */
  const latencies = [];
  let sent = 0;
  let refused = 0;
  const one = async () => {
    while (sent < total) {
      const body = bodies(sent++);
      const start = performance.now();
      const status = await post(agent, port, path, body);
      latencies.push(performance.now() - start);
      if (status !== 200) refused++;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return { latencies, refused, seconds: (performance.now() - started) / 1_000 };
}

/**
 * @param {Agent} agent
 * @param {number} port
 * @param {string} path
 * @param {Buffer} body
 * @returns {Promise<number | undefined>} the status
 */
function post(agent, port, path, body) {
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

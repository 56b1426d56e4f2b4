// Starts the servers that are measured, each as a process, and reads what the kernel counts for them.
import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMilliseconds, MIB, residentBytes } from './figures.mjs';

/** @typedef {{certificate: string, key: string}} PairFiles */

/** @param {PairFiles} pair */
export const startBare = (pair) => startPlain('bench/bare-server.mjs', pair);

/** @param {PairFiles} pair */
export const startExpress = (pair) => startPlain('bench/express-server.mjs', pair);

/**
 * @param {string} file
 * @param {PairFiles} pair
 */
async function startPlain(file, { certificate, key }) {
  const child = spawn(process.execPath, [file, certificate, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  return measured(child, port, async () => JSON.parse((await lines.next()).value));
}

/**
 * The webhook of controller-runtime. It does not measure how long its answers take.
 *
 * @param {string} program
 * @param {PairFiles} pair
 */
export async function startControllerRuntime(program, { certificate, key }) {
  const child = spawn(program, [certificate, key], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number(await firstLine(child.stdout, (line) => /^\d+$/.test(line)));
  return measured(child, port, () => []);
}

/**
 * This webhook as it ships: bundle, logging at its default level, metrics on.
 *
 * @param {{catalog: string, certDir?: string}} options
 */
export async function startOurs({ catalog, certDir }) {
  const opsPort = await freePort();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      'dist/main.js',
      'serve',
      ...['--catalog', catalog, '--host', '127.0.0.1'],
      ...['--tls-port', '0', '--ops-port', String(opsPort)],
      ...['--drain-seconds', '0'],
      ...(certDir ? ['--cert-dir', certDir] : []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  /** @type {Buffer[]} */
  const log = [];
  child.stdout.on('data', (chunk) => log.push(chunk));
  const listening = firstLine(child.stdout, (line) => line.includes('"tlsPort"'));
  // Polls /readyz instead of waiting for the log, which is written every quarter of a second.
  while ((await statusOf(opsPort, '/readyz')) !== 200) await pause(2);
  const readyAfter = performance.now() - started;
  const { tlsPort } = JSON.parse(await listening);
  return { ...measured(child, tlsPort, () => answeredWithin(Buffer.concat(log))), readyAfter };
}

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

/**
 * The status of a GET request; undefined while no server listens.
 *
 * @param {number} port
 * @param {string} path
 * @returns {Promise<number | undefined>}
 */
const statusOf = (port, path) =>
  new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', () => resolve(undefined));
  });

/**
 * Milliseconds from the head of each review to its answer, as the log has them.
 *
 * @param {Buffer} log
 */
const answeredWithin = (log) =>
  Array.from(log.toString().matchAll(/"path":"\/mutate-pods",.*?"ms":([\d.]+)/g), ([, ms]) => Number(ms));

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} port
 * @param {() => number[] | Promise<number[]>} took milliseconds for each review, in the order of the answers, after the
 *   server has exited
 */
function measured(child, port, took) {
  return {
    port,
    cpuMilliseconds: () => cpuMilliseconds(child.pid),
    rssMiB: () => residentBytes(child.pid) / MIB,
    /** @returns {Promise<number[]>} */
    stop: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve(took()));
        child.kill('SIGTERM');
      }),
  };
}

/**
 * @param {import('node:stream').Readable} stream
 * @param {(line: string) => boolean} matches
 * @returns {Promise<string>}
 */
function firstLine(stream, matches) {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => matches(line) && resolve(line));
    lines.on('close', () => reject(new Error('the server exited before it logged its port')));
  });
}

// Starts the servers that are measured, as processes of their own, and reads what the kernel says of them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** Clock ticks a second in /proc (`getconf CLK_TCK`): 100 on every Linux that Node runs on. */
const TICKS = 100;

export const startBare = (pair) => startPlain('bench/bare-server.mjs', pair);

export const startExpress = (pair) => startPlain('bench/express-server.mjs', pair);

async function startPlain(file, { certificate, key }) {
  const child = spawn(process.execPath, [file, certificate, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  return measured(child, port, async () => JSON.parse((await lines.next()).value));
}

/** The server as it ships: bundle, logging at its default level, metrics on. */
export async function startOurs({ catalog, certDir }) {
  const opsPort = await freePort();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      'dist/main.js',
      'serve',
      '--catalog',
      catalog,
      '--host',
      '127.0.0.1',
      '--tls-port',
      '0',
      '--ops-port',
      String(opsPort),
      '--drain-seconds',
      '0',
      ...(certDir ? ['--cert-dir', certDir] : []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const log = [];
  child.stdout.on('data', (chunk) => log.push(chunk));
  const listening = firstLine(child.stdout, (line) => line.includes('"tlsPort"'));
  // Not by the log, which is written every quarter of a second.
  while ((await statusOf(opsPort, '/readyz')) !== 200) await pause(2);
  const readyAfter = performance.now() - started;
  const { tlsPort } = JSON.parse(await listening);
  return { ...measured(child, tlsPort, () => answeredWithin(Buffer.concat(log))), opsPort, readyAfter };
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Undefined where nobody listens yet. */
const statusOf = (port, path) =>
  new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', () => resolve(undefined));
  });

/** As the log tells it, from the head of a review to its answer. */
const answeredWithin = (log) =>
  Array.from(log.toString().matchAll(/"path":"\/mutate-pods",.*?"ms":([\d.]+)/g), ([, ms]) => Number(ms));

/** `took`: milliseconds for each review, in the order of their answers, once the server has ended. */
function measured(child, port, took) {
  return {
    port,
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    rssMiB: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1_024,
    stop: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve(took()));
        child.kill('SIGTERM');
      }),
  };
}

function firstLine(stream, wanted) {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => wanted(line) && resolve(line));
    lines.on('close', () => reject(new Error('the server ended before it said where it listens')));
  });
}

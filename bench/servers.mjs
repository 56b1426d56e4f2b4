// Starts the servers that are measured, as processes of their own, and reads what the kernel says of them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Clock ticks a second in /proc (`getconf CLK_TCK`): 100 on every Linux that Node runs on. */
const TICKS = 100;

export const startBare = (pair) => startPlain('bench/bare-server.mjs', pair);

export const startExpress = (pair) => startPlain('bench/express-server.mjs', pair);

async function startPlain(file, { certificate, key }) {
  const child = spawn(process.execPath, [file, certificate, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = Number(await firstLine(child.stdout, () => true));
  return measured(child, port);
}

/** The server as it ships: bundle, logging at its default level to a file, metrics on. */
export async function startOurs({ catalog, certDir, log }) {
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
      '0',
      '--drain-seconds',
      '0',
      ...(certDir ? ['--cert-dir', certDir] : []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  child.stdout.on('data', (chunk) => log?.write(chunk));
  const ports = JSON.parse(await firstLine(child.stdout, (line) => line.includes('"opsPort"')));
  const { tlsPort, opsPort } = ports.listening ?? ports;
  while ((await fetch(`http://127.0.0.1:${opsPort}/readyz`)).status !== 200) await new Promise(setImmediate);
  return { ...measured(child, tlsPort), opsPort, readyAfter: performance.now() - started };
}

function measured(child, port) {
  return {
    port,
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    rssMiB: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1_024,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
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

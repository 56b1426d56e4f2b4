import { Agent } from 'node:https';
import { expect, test, vi } from 'vitest';
import { Lifecycle, type Signal } from '../../src/server/drain.ts';
import { openRaw, rawReview, send } from '../support/https-client.ts';
import { allow, startServer, type TestServerOptions } from '../support/webhook-server.ts';

async function startAndRun(drainSeconds: number, options: TestServerOptions = {}) {
  const server = await startServer(options);
  const listeners = new Map<Signal, () => void>();
  const ended = server.server.runUntilSignal(
    (signal, listener) => void listeners.set(signal, listener),
    drainSeconds,
  );
  return { ...server, ended, signal: (name: Signal) => listeners.get(name)?.() };
}

/** An answerer that waits for `letGo`; `begun` is called when it has the review. */
function heldAnswerer() {
  let letGo = (): void => {};
  const mayAnswer = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const begun = vi.fn();
  const answerer = (body: Uint8Array) => {
    begun();
    return mayAnswer.then(() => allow(body));
  };
  return { answerer, begun, letGo };
}

test('a lifecycle is idle while no request is in flight', async () => {
  const lifecycle = new Lifecycle();
  await lifecycle.idle();
  const idle = vi.fn();
  lifecycle.requestBegun();
  lifecycle.requestBegun();
  const settled = [lifecycle.idle().then(idle), lifecycle.idle().then(idle)];
  lifecycle.requestEnded();
  await Promise.resolve();
  expect(idle).not.toHaveBeenCalled();
  lifecycle.requestEnded();
  await Promise.all(settled);
  await lifecycle.idle();
});

test('after SIGTERM the server is not ready, goes on answering, and closes each connection with its answer', async () => {
  const { port, opsPort, signal, ended, server } = await startAndRun(3_600);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect((await send({ port, body: '{}', agent })).headers.connection).toBe('keep-alive');
  signal('SIGTERM');
  expect((await fetch(`http://127.0.0.1:${opsPort}/readyz`)).status).toBe(503);
  expect((await fetch(`http://127.0.0.1:${opsPort}/livez`)).status).toBe(200);
  const reply = await send({ port, body: '{}', agent });
  expect(reply).toMatchObject({ status: 200, headers: { connection: 'close' } });
  expect((await send({ port, body: '{}' })).headers.connection).toBe('close');
  expect((await send({ port, path: '/elsewhere', body: '{}' })).headers.connection).toBe('close');
  signal('SIGTERM');
  expect(await ended).toBe(143);
  server.close();
});

test('after the drain time the server answers requests in flight, and exits with 0', async () => {
  const { answerer, begun, letGo } = heldAnswerer();
  const { port, signal, ended, server, logged } = await startAndRun(0.05, {
    answerers: { '/review': answerer },
  });
  const inFlight = await openRaw(port);
  inFlight.socket.write(rawReview('{}'));
  const idle = await openRaw(port);
  await vi.waitFor(() => expect(begun).toHaveBeenCalled());
  signal('SIGTERM');
  await vi.waitFor(() => expect(openRaw(port)).rejects.toThrow());
  letGo();
  await inFlight.closed;
  expect(inFlight.received()).toMatch(/HTTP\/1\.1 200 OK[\s\S]*Connection: close[\s\S]*{"bytes":2}/);
  expect(await ended).toBe(0);
  server.close();
  await idle.closed;
  expect(logged('draining')).toMatchObject([{ signal: 'SIGTERM' }]);
  expect(logged('stopped')).toMatchObject([{ exitCode: 0 }]);
});

test('SIGINT skips the drain time', async () => {
  const { signal, ended, server } = await startAndRun(3_600);
  signal('SIGINT');
  expect(await ended).toBe(0);
  server.close();
});

test('a second signal ends the server at once, with requests in flight', async () => {
  const { answerer, begun, letGo } = heldAnswerer();
  const { port, signal, ended, server } = await startAndRun(3_600, { answerers: { '/review': answerer } });
  const inFlight = await openRaw(port);
  inFlight.socket.write(rawReview('{}'));
  await vi.waitFor(() => expect(begun).toHaveBeenCalled());
  signal('SIGTERM');
  signal('SIGINT');
  expect(await ended).toBe(130);
  server.close();
  await inFlight.closed;
  letGo();
});

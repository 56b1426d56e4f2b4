import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { Signal } from '../../src/server/drain.ts';
import { encodedBody } from '../../src/server/encoded-body.ts';
import { openSite } from '../../src/server/site-server.ts';
import type { AnswerSite } from '../../src/site/answer.ts';
import { collectLog } from '../support/log.ts';

const page: AnswerSite = ({ target, ifNoneMatch }) => ({
  status: ifNoneMatch ? 304 : 200,
  headers: { ETag: '"tag"', 'Content-Type': 'text/plain' },
  body: ifNoneMatch ? '' : `${target}: é\n`,
});

/** A site on a free port of 127.0.0.1. Disposing ends it with a signal. */
async function startSite(answer: AnswerSite = page) {
  const collected = collectLog();
  const server = await openSite({ answer, host: '127.0.0.1', port: 0, log: collected.log });
  const listeners = new Map<Signal, () => void>();
  const ended = server.runUntilSignal((signal, listener) => void listeners.set(signal, listener));
  return {
    ...collected,
    port: server.port,
    origin: `http://127.0.0.1:${server.port}`,
    signal: (signal: Signal) => listeners.get(signal)?.(),
    ended,
    [Symbol.asyncDispose]: async () => {
      listeners.get('SIGINT')?.();
      await ended;
    },
  };
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket.resume();
}

/** Sends raw bytes, and collects what comes back until the server closes the connection. */
async function sendBytes(port: number, request: string): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return buffer(socket);
}

const sendRaw = async (port: number, request: string): Promise<string> =>
  (await sendBytes(port, request)).toString();

const head = (line: string, ...headers: string[]): string =>
  `${[line, 'Host: localhost', ...headers].join('\r\n')}\r\n\r\n`;

describe('the server of the site', () => {
  it('sends what the site answers, with its length in bytes', async () => {
    await using site = await startSite();
    const response = await fetch(`${site.origin}/a?b`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: '"tag"',
      'content-type': 'text/plain',
      'content-length': '9',
    });
    expect(await response.text()).toBe('/a?b: é\n');
  });

  it('sends the head alone for HEAD', async () => {
    await using site = await startSite();
    const answer = await sendRaw(site.port, head('HEAD /a?b HTTP/1.1', 'Connection: close'));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nContent-Length: 9\r\n[\s\S]*\r\n\r\n$/);
  });

  it('passes If-None-Match on, and sends no body with 304', async () => {
    await using site = await startSite();
    const request = head('GET / HTTP/1.1', 'If-None-Match: "tag"', 'Connection: close');
    const answer = await sendRaw(site.port, request);
    expect(answer).toMatch(/^HTTP\/1\.1 304 Not Modified\r\n[\s\S]*\r\n\r\n$/);
    expect(answer).not.toContain('Content-Length');
  });

  it('compresses what the site says is compressed, and that once while the site keeps the answer', async () => {
    const text = 'image '.repeat(1_000);
    const kept = { status: 200, headers: { 'Content-Encoding': 'gzip' }, body: text };
    const answer = vi.fn<AnswerSite>(() => kept);
    await using site = await startSite(answer);
    const request = head('GET / HTTP/1.1', 'Accept-Encoding: gzip', 'Connection: close');
    const answers = [await sendBytes(site.port, request), await sendBytes(site.port, request)];
    for (const bytes of answers) {
      const bodyAt = bytes.indexOf('\r\n\r\n') + 4;
      expect(bytes.subarray(0, bodyAt).toString()).toContain(`Content-Length: ${bytes.length - bodyAt}\r\n`);
      expect(gunzipSync(bytes.subarray(bodyAt)).toString()).toBe(text);
    }
    expect(answer).toHaveBeenCalledWith(expect.objectContaining({ acceptEncoding: 'gzip' }));
    expect(encodedBody(kept)).toBe(encodedBody(kept));
  });

  it('holds at most 1,024 of 3,000 silent connections, and goes on answering', async () => {
    await using site = await startSite();
    const silent: Socket[] = [];
    while (silent.length < 3_000)
      silent.push(...(await Promise.all(Array.from({ length: 50 }, () => openSocket(site.port)))));
    const open = (): number => silent.filter((socket) => !socket.closed).length;
    await vi.waitFor(() => expect(open()).toBeLessThanOrEqual(1_024), { timeout: 20_000 });
    expect((await fetch(site.origin)).status).toBe(200);
    expect(open()).toBeGreaterThan(900);
    for (const socket of silent) socket.destroy();
  });

  it('refuses a large answer while 64 MiB of answers are unread, and sends small and later ones', async () => {
    const large = 'x'.repeat(10 * 1024 * 1024);
    await using site = await startSite(({ target }) => ({
      status: 200,
      headers: { 'Content-Type': 'text/plain' },
      body: target === '/large' ? large : 'small\n',
    }));
    const sockets = Array.from({ length: 8 }, () => connect(site.port, '127.0.0.1').pause());
    for (const socket of sockets) socket.write(head('GET /large HTTP/1.1'));
    const status = async (target: string): Promise<number> => {
      const response = await fetch(`${site.origin}${target}`);
      await response.body?.cancel();
      return response.status;
    };
    // 6 answers of 10 MiB have room, whatever the order of the connections.
    await expect.poll(() => status('/large')).toBe(503);
    expect(await status('/small')).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => status('/large')).toBe(200);
  });

  it('reads no body, and closes the connection of a request that has one', async () => {
    await using site = await startSite();
    const request = `${head('GET / HTTP/1.1', 'Content-Length: 5')}hello`;
    expect(await sendRaw(site.port, request)).toMatch(/\r\nConnection: close\r\n/);
    const chunked = `${head('GET / HTTP/1.1', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`;
    expect(await sendRaw(site.port, chunked)).toMatch(/\r\nConnection: close\r\n/);
  });

  it('keeps the connection of a request without a body', async () => {
    await using site = await startSite();
    const requests =
      head('GET / HTTP/1.1', 'Content-Length: 0') + head('GET / HTTP/1.1', 'Connection: close');
    expect((await sendRaw(site.port, requests)).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it('passes a path of 15 KiB on, and rejects a head of more than 16 KiB with 431', async () => {
    await using site = await startSite();
    const long = await fetch(`${site.origin}/${'a'.repeat(15 * 1024)}`);
    expect(long.status).toBe(200);
    const longer = await sendRaw(site.port, head(`GET /${'a'.repeat(17 * 1024)} HTTP/1.1`));
    expect(longer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('answers a fault with 500 and logs it, and goes on', async () => {
    const answer = vi.fn(page).mockImplementationOnce(() => {
      throw new Error('planted');
    });
    await using site = await startSite(answer);
    const failed = await fetch(site.origin);
    expect([failed.status, await failed.text()]).toEqual([500, 'internal server error\n']);
    expect(failed.headers.get('content-type')).toBe('text/plain');
    expect(site.logged('request failed')).toMatchObject([{ err: { message: 'planted' } }]);
    expect((await fetch(site.origin)).status).toBe(200);
  });

  it('ends with 0 after SIGTERM', async () => {
    await using site = await startSite();
    site.signal('SIGTERM');
    expect(await site.ended).toBe(0);
    await expect(fetch(site.origin)).rejects.toThrow();
  });

  it('says which option chose a port that is in use', async () => {
    await using site = await startSite();
    const second = openSite({ answer: page, host: '127.0.0.1', port: site.port, log: site.log });
    await expect(second).rejects.toThrow(/the port is in use; choose another with --port$/);
  });
});

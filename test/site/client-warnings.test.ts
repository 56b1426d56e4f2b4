import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getSite, siteInput, someUse } from '../support/site.ts';

// The client of docs/client-warnings.md, as the page has it, against servers that answer well, badly or never.

const run = promisify(execFile);
const PYTHON = 'python3';

/** In CI a missing Python is a failure, so that these tests never vanish unseen. */
const withoutPython = spawnSync(PYTHON, ['--version']).status !== 0 && !process.env.CI;
const page = readFileSync(new URL('../../docs/client-warnings.md', import.meta.url), 'utf8');

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'client-warnings-'));
  const [, client = ''] = /^```python\n([\s\S]*?)^```$/m.exec(page) ?? [];
  writeFileSync(join(dir, 'client.py'), client);
});
afterAll(() => rmSync(dir, { recursive: true }));

// Leaves without waiting for a request that still hangs, as a server that has answered does.
const script = `
import json, os, sys
import client
client.SECONDS = float(sys.argv[2] if len(sys.argv) > 2 else client.SECONDS)
print(json.dumps(client.image_warnings("my-tool", sys.argv[1])), flush=True)
os._exit(0)
`;

// A busy machine needs more than the seconds of the page where an answer is expected.
const PATIENT = '20';

async function warningsFrom(origin: string, ...seconds: string[]): Promise<unknown> {
  const { stdout } = await run(PYTHON, ['-c', script, origin, ...seconds], { cwd: dir });
  return JSON.parse(stdout);
}

async function warningsOf(listener: RequestListener, ...seconds: string[]): Promise<unknown> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await warningsFrom(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...seconds);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const imagesOf = (tool: string) => getSite(`/v1/tool/${tool}/images`, { input: siteInput(someUse) });

describe.skipIf(withoutPython)('the client of docs/client-warnings.md', () => {
  it('returns the warnings of the tool as the site sends them', async () => {
    const asked: string[] = [];
    const tool = someUse.known ? (someUse.workloads[0]?.tool ?? '') : '';
    const { body } = imagesOf(tool);
    const sent = (JSON.parse(body) as { messages: { warning: string[] } }).messages.warning;
    expect(sent).not.toEqual([]);
    const warnings = await warningsOf((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(body);
    }, PATIENT);
    expect(warnings).toEqual(sent);
    expect(asked).toEqual(['GET /v1/tool/my-tool/images']);
  });

  it.each<[string, RequestListener]>([
    ['an internal error', (_, response) => void response.writeHead(500).end('internal server error\n')],
    ['no catalog yet', (_, response) => void response.writeHead(503).end('There is no valid catalog yet.\n')],
    ['text that is no JSON', (_, response) => void response.end('<html>')],
    ['JSON of another shape', (_, response) => void response.end('[]')],
    ['warnings that are no list', (_, response) => void response.end('{"messages":{"warning":null}}')],
    ['no bytes at all', () => {}],
    ['a byte now and then, without an end', drip],
    ['a broken connection', (request) => void request.socket.destroy()],
  ])('returns none on %s', async (_, listener) => {
    expect(await warningsOf(listener)).toEqual([]);
  });

  it('leaves out what is no text', async () => {
    const body = '{"messages":{"warning":["one", 2, null, {"three": 3}]}}';
    expect(await warningsOf((_, response) => void response.end(body), PATIENT)).toEqual(['one']);
  });

  it('returns none when nothing listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await warningsFrom(`http://127.0.0.1:${port}`)).toEqual([]);
  });
});

function drip(...[, response]: Parameters<RequestListener>): void {
  response.flushHeaders();
  const timer = setInterval(() => response.write(' '), 50);
  response.once('close', () => clearInterval(timer));
}

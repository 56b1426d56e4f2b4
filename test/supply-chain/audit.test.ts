import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temporary.ts';

const AUDIT = resolve('scripts/audit-dependencies.mjs');

const LOCK_FILE = {
  name: 'audited',
  lockfileVersion: 3,
  packages: {
    '': { name: 'audited', dependencies: { shipped: '1.0.0' }, devDependencies: { tool: '2.0.0' } },
    'node_modules/shipped': { version: '1.0.0', dependencies: { deeper: '3.0.0' } },
    'node_modules/deeper': { version: '3.0.0' },
    'node_modules/tool': { version: '2.0.0', dev: true },
  },
};

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the audit of a project with these files, against a registry at this port. */
async function audit(port: number, files: Readonly<Record<string, object>>): Promise<Outcome> {
  await using directory = await temporaryDirectory();
  for (const [name, content] of Object.entries(files))
    await writeFile(join(directory.path, name), JSON.stringify(content));
  const env = {
    PATH: process.env.PATH,
    HOME: directory.path,
    npm_config_cache: join(directory.path, 'cache'),
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_update_notifier: 'false',
  };
  return await new Promise((done) => {
    execFile(process.execPath, [AUDIT], { cwd: directory.path, env }, (error, stdout, stderr) =>
      done({ exitCode: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

interface Registry extends AsyncDisposable {
  readonly port: number;
  /** The packages and versions of the requests. */
  readonly asked: object[];
}

/** A registry that answers requests for advisories with these, and has no packages. */
async function registry(status: number, advisories: object = {}): Promise<Registry> {
  const asked: object[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    if (request.url !== '/-/npm/v1/security/advisories/bulk') {
      response.writeHead(404).end('{}');
      return;
    }
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    asked.push(JSON.parse(plain.toString()));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(advisories));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, asked, [Symbol.asyncDispose]: close };
}

const advisory = (severity: string): object => ({
  deeper: [
    {
      id: 1,
      url: 'https://example.org/advisory',
      title: 'A hole',
      severity,
      vulnerable_versions: '<3.0.1',
      cwe: [],
      cvss: { score: 0, vectorString: null },
    },
  ],
});

const project = { 'package.json': LOCK_FILE.packages[''], 'package-lock.json': LOCK_FILE };

describe('the audit of dependencies', () => {
  it('requests advisories for production packages, and passes when there is none', async () => {
    await using clean = await registry(200);
    expect(await audit(clean.port, project)).toEqual({
      exitCode: 0,
      stdout: 'advisories on production dependencies: 0, high or critical of them: 0\n',
      stderr: '',
    });
    expect(clean.asked).toEqual([{ shipped: ['1.0.0'], deeper: ['3.0.0'] }]);
  });

  it.each(['high', 'critical'])('fails for an advisory of %s severity, and names it', async (severity) => {
    await using bad = await registry(200, advisory(severity));
    expect(await audit(bad.port, project)).toEqual({
      exitCode: 1,
      stdout:
        `${severity}: deeper <3.0.1: A hole (https://example.org/advisory)\n` +
        'advisories on production dependencies: 1, high or critical of them: 1\n',
      stderr: '',
    });
  });

  it('passes with an advisory of moderate severity, and names it', async () => {
    await using fair = await registry(200, advisory('moderate'));
    expect(await audit(fair.port, project)).toEqual({
      exitCode: 0,
      stdout:
        'moderate: deeper <3.0.1: A hole (https://example.org/advisory)\n' +
        'advisories on production dependencies: 1, high or critical of them: 0\n',
      stderr: '',
    });
  });

  it('reports a registry without advisories, without its address', async () => {
    await using silent = await registry(405);
    expect(await audit(silent.port, project)).toEqual({
      exitCode: 0,
      stdout:
        'no advisories were looked up, since the registry does not answer npm audit: ' +
        '405 Method Not Allowed - POST …/-/npm/v1/security/advisories/bulk\n',
      stderr: '',
    });
  });

  it('reports a missing registry', async () => {
    const gone = await registry(200);
    await gone[Symbol.asyncDispose]();
    const { exitCode, stdout } = await audit(gone.port, project);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^no advisories were looked up, .*ECONNREFUSED/);
  });

  it('fails when npm cannot send a request', async () => {
    await using clean = await registry(200);
    expect(await audit(clean.port, { 'package.json': project['package.json'] })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'npm audit failed: ENOLOCK: This command requires an existing lockfile.\n',
    });
  });
});

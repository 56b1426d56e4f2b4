import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSite } from '../../../src/server/site-server.ts';
import { siteFrom } from '../../../src/site/answer.ts';
import { useNotKnown } from '../../../src/site/use.ts';
import { ApiServer } from '../../support/api-server.ts';
import { kubeconfigOf, store } from '../../support/audited.ts';
import { collectLog } from '../../support/log.ts';
import { runCli } from '../../support/run-cli.ts';
import { siteInput } from '../../support/site.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { toolsLookup } from '../../support/tools.ts';

const CATALOG = 'test/fixtures/cli/tools-catalog.yaml';
const TOOLS = 'test/fixtures/tools';

const checkBy = (...options: string[]) => runCli(['check', ...options, TOOLS]);

/** An HTTP server on a free port of this machine. */
async function httpServer(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

describe('check by the catalog of a site', () => {
  it('finds the same as by the file that the site serves', async () => {
    const answer = siteFrom(siteInput(useNotKnown, toolsLookup()));
    const site = await openSite({ answer, host: '127.0.0.1', port: 0, log: collectLog().log });
    let stop = (): void => {};
    const ended = site.runUntilSignal((_, listener) => {
      stop = listener;
    });
    for (const address of [`http://127.0.0.1:${site.port}`, `http://127.0.0.1:${site.port}/`])
      expect(await checkBy('--catalog', address)).toEqual(await checkBy('--catalog', CATALOG));
    stop();
    await ended;
  });

  it('finds the same by the files of `site --out`, below any path', async () => {
    await using files = await temporaryDirectory();
    const out = join(files.path, 'out');
    expect(await runCli(['site', '--catalog', CATALOG, '--out', out])).toMatchObject({ exitCode: 0 });
    await using server = await httpServer((request, response) => {
      if (request.url !== '/some/path/api/v1/catalog.json') return void response.writeHead(404).end();
      response.end(readFileSync(join(out, 'api/v1/catalog.json')));
    });
    expect(await checkBy('--catalog', `${server.address}/some/path/`)).toEqual(
      await checkBy('--catalog', CATALOG),
    );
  });

  it.each<[string, RequestListener, RegExp]>([
    ['another page', (_, response) => response.end('<!doctype html>'), /the answer is no JSON/],
    ['no site', (_, response) => response.writeHead(404).end(), /it answers 404 to \/api\/v1\/catalog/],
    ['a fault', (_, response) => response.writeHead(503).end('{}'), /it answers 503/],
    [
      'an endless answer',
      function endless(_, response) {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
        };
        response.on('drain', more);
        more();
      },
      /the answer is larger than 4 MiB/,
    ],
    ['a broken connection', (_, response) => response.destroy(), /cannot read the catalog of http/],
  ])('says what is wrong with %s', async (_, listener, reason) => {
    await using server = await httpServer(listener);
    const { exitCode, stdout, stderr } = await checkBy('--catalog', server.address);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(reason);
  });

  it('reports the problems of a catalog that has some', async () => {
    await using server = await httpServer((_, response) => response.end('{"a": {"state": "stabel"}}'));
    const { exitCode, stdout, stderr } = await checkBy('--catalog', server.address);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('a.state: "stabel" is not allowed here');
  });
});

describe('check by the catalog of a cluster', () => {
  it('finds the same as by the file, and asks for one ConfigMap alone', async () => {
    await using files = await temporaryDirectory();
    await using api = await ApiServer.start();
    store(api, { catalog: readFileSync(CATALOG, 'utf8'), workloads: [], tools: [] });
    const kubeconfig = join(files.path, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigOf(api));
    expect(await checkBy('--kubeconfig', kubeconfig)).toEqual(await checkBy('--catalog', CATALOG));
    expect(api.requests).toEqual(['GET /api/v1/namespaces/tf-public/configmaps/image-config']);
    const { stderr } = await checkBy('--kubeconfig', kubeconfig, '--context', 'other');
    expect(stderr).toContain('other');
  });

  it('without a cluster says what else --catalog takes', async () => {
    await using files = await temporaryDirectory();
    const { exitCode, stderr } = await checkBy('--kubeconfig', join(files.path, 'nowhere'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--catalog takes a file, or the address of a site');
  });
});

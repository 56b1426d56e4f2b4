import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOf } from '../../src/catalog/load.ts';
import { defaultPrecedence } from '../../src/catalog/lookup.ts';
import { defaultPolicy } from '../../src/settings.ts';
import { etagOf } from '../../src/site/etag.ts';
import type { SiteInput } from '../../src/site/model.ts';
import { encodeState } from '../../src/site/state.ts';
import type { ToolWorkload } from '../../src/site/use.ts';

const CATALOG = new URL('../../test/fixtures/image-config/images-v1.2026.yaml', import.meta.url);

/** The use of a site as `serve` tells it, with the realistic catalog. */
export function stateText({ use }: SiteInput): string {
  const text = readFileSync(CATALOG, 'utf8');
  return encodeState({
    catalog: { digest: digestOf(text), text },
    outdated: null,
    use,
    settings: { policy: defaultPolicy, precedence: defaultPrecedence, pastRemoval: 'warn' },
  });
}

export interface ServedState extends AsyncDisposable {
  readonly url: string;
  /** Adds or removes so many workloads a second. */
  readonly startChanges: (perSecond: number) => AsyncDisposable;
}

/** Serves a state like `serve`, with a tag. */
export async function serveState(input: SiteInput): Promise<ServedState> {
  let workloads: readonly ToolWorkload[] = input.use.known ? input.use.workloads : [];
  const [first] = workloads;
  if (!first) throw new Error('the site has no workloads');
  let removed = false;
  const server = createServer((request, response) => {
    const body = stateText({ ...input, use: { known: true, workloads } });
    const tag = etagOf(body);
    if (request.headers['if-none-match'] === tag) response.writeHead(304).end();
    else response.writeHead(200, { etag: tag }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/state.json`,
    startChanges(perSecond) {
      const timer = setInterval(() => {
        workloads = removed ? [...workloads, first] : workloads.slice(1);
        removed = !removed;
      }, 1_000 / perSecond);
      return { [Symbol.asyncDispose]: async () => clearInterval(timer) };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

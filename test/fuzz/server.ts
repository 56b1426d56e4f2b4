import { Agent } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import { buildCatalogThread } from '../support/bundle.ts';
import { type Reply, send } from '../support/https-client.ts';
import { type RunningServe, startServe } from '../support/running-serve.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { anySpoilt, keepingSent, type Sent, shown } from './bytes.ts';
import { expectSame, type Fuzz } from './fuzz.ts';
import { ordinaryCatalog, ordinaryWorld } from './generate/worlds.ts';
import { paths } from './paths.ts';
import { bytesOf } from './pods.ts';

/** A running `serve` with the catalog and date of `ordinaryWorld`, and a connection to it. */
export interface FuzzedServer extends AsyncDisposable {
  readonly serve: RunningServe;
  readonly agent: Agent;
}

export async function startFuzzedServer(): Promise<FuzzedServer> {
  const directory = await temporaryDirectory();
  const thread = await buildCatalogThread(join(directory.path, 'thread'));
  const now = () => new Date(`${ordinaryWorld.today}T12:00:00Z`);
  const serve = await startServe({ catalog: fileURLToPath(ordinaryCatalog) }, { thread, now });
  await vi.waitFor(async () => expect((await serve.readyz()).status).toBe(200), { timeout: 20_000 });
  const agent = new Agent({ keepAlive: true });
  return {
    serve,
    agent,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await serve[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Valid and damaged reviews over TLS. The response must equal the answer of the functions that the other files check. */
export const serverFuzz = (
  { serve, agent }: Pick<FuzzedServer, 'serve' | 'agent'>,
  altered: (reply: Reply) => Reply = (reply) => reply,
): Fuzz<Sent> => ({
  name: 'server',
  ...keepingSent,
  generate(random) {
    if (random.chance(2)) return anySpoilt(ordinaryWorld, random);
    const path = random.of(paths);
    const { review, texts } = path.ask(ordinaryWorld, random);
    return { path, world: ordinaryWorld, body: bytesOf(review), texts };
  },
  async check({ path, world, body }) {
    const expected = path.webhook(world)(body);
    const reply = altered(await send({ port: serve.tlsPort, path: `${path.path}?timeout=3s`, body, agent }));
    const { status, headers } = reply;
    expectSame(
      {
        status,
        contentType: headers['content-type'],
        contentLength: headers['content-length'],
        connection: headers.connection,
        body: reply.body,
      },
      {
        status: expected.status,
        contentType: expected.contentType,
        contentLength: String(Buffer.byteLength(expected.body)),
        connection: 'keep-alive',
        body: expected.body,
      },
      'the answer over TLS',
    );
    for (const line of serve.lines.splice(0))
      if (line.level === 'error') throw new Error(JSON.stringify(line));
    if (![200, 400].includes(status)) throw new Error(`HTTP ${status} is not ours by design`);
    return String(status);
  },
  show: shown,
});

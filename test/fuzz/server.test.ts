import { Agent } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildCatalogThread } from '../support/catalog-thread.ts';
import { send } from '../support/https-client.ts';
import { type RunningServe, startServe } from '../support/running-serve.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { anySpoilt, type Sent, shown } from './bytes.ts';
import { expectSame, type Fuzz, run } from './fuzz.ts';
import { ordinaryCatalog, ordinaryWorld } from './generate/worlds.ts';
import { paths } from './paths.ts';
import { bytesOf } from './pods.ts';
import { reviews } from './settings.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let serve: RunningServe;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  directory = await temporaryDirectory();
  const thread = await buildCatalogThread(join(directory.path, 'thread'));
  const now = () => new Date(`${ordinaryWorld.today}T12:00:00Z`);
  serve = await startServe({ catalog: fileURLToPath(ordinaryCatalog) }, { thread, now });
  await vi.waitFor(async () => expect((await serve.readyz()).status).toBe(200), { timeout: 20_000 });
});

afterAll(async () => {
  agent.destroy();
  await serve[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

/** Reviews, whole and spoilt, over TLS: what comes back is what the functions say that the other fuzzing looks at. */
const serverFuzz: Fuzz<Sent> = {
  name: 'server',
  generate(random) {
    if (random.chance(2)) return anySpoilt(ordinaryWorld, random);
    const path = random.of(paths);
    return { path, world: ordinaryWorld, body: bytesOf(path.review(ordinaryWorld, random)) };
  },
  async check({ path, world, body }) {
    const expected = path.webhook(world)(body);
    const reply = await send({ port: serve.tlsPort, path: `${path.path}?timeout=3s`, body, agent });
    const { status, headers } = reply;
    expectSame(
      { status, contentType: headers['content-type'], body: reply.body },
      { status: expected.status, contentType: expected.contentType, body: expected.body },
      'the answer over TLS',
    );
    for (const line of serve.lines.splice(0))
      if (line.level === 'error') throw new Error(JSON.stringify(line));
    if (![200, 400].includes(status)) throw new Error(`HTTP ${status} is not ours by design`);
    return String(status);
  },
  show: shown,
};

test('a server answers over TLS as its functions do', { timeout: 60_000 + reviews }, () =>
  run(serverFuzz, { cases: Math.ceil(reviews * 0.02), least: { 200: 0.4, 400: 0.2 } }),
);

import { afterAll, beforeAll, test } from 'vitest';
import { run } from './fuzz.ts';
import { type FuzzedServer, serverFuzz, startFuzzedServer } from './server.ts';
import { reviews } from './settings.ts';

let server: FuzzedServer;

beforeAll(async () => {
  server = await startFuzzedServer();
});

afterAll(() => server[Symbol.asyncDispose]());

test('a server over TLS gives the same answers as the functions', { timeout: 60_000 + reviews }, () =>
  run(serverFuzz(server), { least: { 200: 0.4, 400: 0.2 } }),
);

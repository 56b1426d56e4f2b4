import { afterEach, beforeEach } from 'vitest';
import type { Connection } from '../../src/cluster/connection.ts';
import { ApiServer } from './api-server.ts';

interface ApiFixture {
  api: ApiServer;
  connection: Connection;
  stop: AbortController;
  /** Awaited after `stop`. */
  readonly running: Promise<void>[];
}

/** An API server for each test of the file, with a connection to it. After the test, `stop` is aborted and both are closed. */
export function apiFixture(): ApiFixture {
  const fixture = { running: [] } as unknown as ApiFixture;
  beforeEach(async () => {
    fixture.api = await ApiServer.start();
    fixture.connection = fixture.api.connect();
    fixture.stop = new AbortController();
  });
  afterEach(async () => {
    fixture.stop.abort();
    await Promise.all(fixture.running.splice(0));
    fixture.connection.close();
    await fixture.api[Symbol.asyncDispose]();
  });
  return fixture;
}

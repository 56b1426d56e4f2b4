import { afterAll, beforeAll } from 'vitest';
import type { Signal } from '../../src/server/drain.ts';
import { openSite } from '../../src/server/site-server.ts';
import { siteFrom } from '../../src/site/answer.ts';
import type { SiteInput } from '../../src/site/model.ts';
import { collectLog } from './log.ts';

/** Serves a site for the tests of a file, on a free port. The result returns its origin. */
export function useSite(input: SiteInput): () => string {
  let origin = '';
  let end = (): void => {};
  let ended: Promise<unknown> = Promise.resolve();
  beforeAll(async () => {
    const { log } = collectLog();
    const server = await openSite({ answer: siteFrom(input), host: '127.0.0.1', port: 0, log });
    origin = `http://127.0.0.1:${server.port}`;
    ended = server.runUntilSignal((signal: Signal, listener) => {
      if (signal === 'SIGINT') end = listener;
    });
  });
  afterAll(async () => {
    end();
    await ended;
  });
  return () => origin;
}

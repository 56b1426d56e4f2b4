import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { Signal } from '../../../src/server/drain.ts';
import { openSite } from '../../../src/server/site-server.ts';
import { siteFrom } from '../../../src/site/answer.ts';
import { siteFiles } from '../../../src/site/files.ts';
import type { SiteInput } from '../../../src/site/model.ts';
import { collectLog } from '../../support/log.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

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

/** Writes a site for the tests of a file. The result returns the URL of its folder, with a slash at its end. */
export function useFiles(input: SiteInput): () => string {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    for (const { path, text } of siteFiles(input)) {
      const file = join(directory.path, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  });
  afterAll(() => directory[Symbol.asyncDispose]());
  return () => `${pathToFileURL(directory.path).href}/`;
}

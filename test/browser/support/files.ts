import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { siteFiles } from '../../../src/site/files.ts';
import type { SiteInput } from '../../../src/site/model.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

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

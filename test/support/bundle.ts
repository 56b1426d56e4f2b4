import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { temporaryDirectory } from './temporary.ts';

/** Builds a module into a directory, as `npm run build` does into dist/, since Node does not run TypeScript. */
export async function bundle(module: URL, directory: string): Promise<URL> {
  const path = fileURLToPath(module);
  await build({
    entryPoints: [path],
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return pathToFileURL(join(directory, `${basename(path, '.ts')}.mjs`));
}

export const buildCatalogThread = (directory: string): Promise<URL> =>
  bundle(new URL('../../src/server/catalog-thread.ts', import.meta.url), directory);

/** Builds the catalog thread for the tests of a file, and removes it after them. */
export async function catalogThread(): Promise<URL> {
  const directory = await temporaryDirectory();
  afterAll(() => directory[Symbol.asyncDispose]());
  return buildCatalogThread(directory.path);
}

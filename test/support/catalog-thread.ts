import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Builds the thread into a directory, as `npm run build` does into dist/: Node runs no TypeScript by itself. */
export async function buildCatalogThread(directory: string): Promise<URL> {
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/server/catalog-thread.ts', import.meta.url))],
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
  return pathToFileURL(join(directory, 'catalog-thread.mjs'));
}

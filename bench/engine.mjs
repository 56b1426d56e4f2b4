// The parts of src/ that a benchmark calls directly, bundled into a module that plain Node can load.
import { mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

const folder = new URL('../node_modules/.cache/bench/', import.meta.url);
await mkdir(folder, { recursive: true });
const outfile = new URL('engine.mjs', folder);
await build({
  stdin: {
    contents: `
      export { loadCatalog } from './src/catalog/load.ts';
      export { report } from './src/catalog/report.ts';
      export { defaultPolicy } from './src/settings.ts';
      export { hostileCatalogs } from './test/support/hostile-catalogs.ts';
    `,
    resolveDir: new URL('..', import.meta.url).pathname,
  },
  outfile: outfile.pathname,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
});

/**
 * @type {Pick<typeof import('../src/catalog/load.ts'), 'loadCatalog'>
 *   & Pick<typeof import('../src/catalog/report.ts'), 'report'>
 *   & Pick<typeof import('../src/settings.ts'), 'defaultPolicy'>
 *   & Pick<typeof import('../test/support/hostile-catalogs.ts'), 'hostileCatalogs'>}
 */
const engine = await import(outfile.href);

export const { loadCatalog, report, defaultPolicy, hostileCatalogs } = engine;

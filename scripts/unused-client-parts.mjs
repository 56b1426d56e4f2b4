import { join } from 'node:path';

/**
 * An esbuild plugin that marks the modules of @kubernetes/client-node as free of side effects, which its package.json does
 * not do. Without it esbuild would ship all of them for the one that reads kubeconfigs: 900 KB of generated models, which
 * cost memory and time at each start. The package imports its own modules by file name, so a path is joined here: asking
 * esbuild to resolve each of them again takes longer than the whole build.
 *
 * @type {import('esbuild').Plugin}
 */
export const unusedClientParts = {
  name: 'unused-client-parts',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, importer, resolveDir }) =>
      importer.includes('@kubernetes/client-node/dist/')
        ? // The only module whose import has a side effect.
          { path: join(resolveDir, path), sideEffects: path === './polyfill.js' }
        : undefined,
    );
  },
};

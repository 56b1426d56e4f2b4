/**
 * An esbuild plugin that marks the modules of @kubernetes/client-node as free of side effects, which its package.json does
 * not do. Without it esbuild would ship all of them for the one that reads kubeconfigs: 900 KB of generated models, which
 * cost memory and time at each start.
 *
 * @type {import('esbuild').Plugin}
 */
export const unusedClientParts = {
  name: 'unused-client-parts',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\.?\// }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === ASKED || !importer.includes('@kubernetes/client-node/dist/')) return undefined;
      const found = await resolve(path, { importer, kind, resolveDir, pluginData: ASKED });
      // The only module whose import has a side effect.
      return { ...found, sideEffects: path === './polyfill.js' };
    });
  },
};

/** Marks the plugin's own `resolve` call, which esbuild passes to the plugin again. */
const ASKED = 'asked by unused-client-parts';

/**
 * @kubernetes/client-node does not say that its modules do nothing but export, so esbuild would ship all of them for the
 * one that reads kubeconfigs: 900 KB of generated models, which cost memory and time at each start. Here it is told.
 */
export const unusedClientParts = {
  name: 'unused-client-parts',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\.?\// }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === ASKED || !importer.includes('@kubernetes/client-node/dist/')) return undefined;
      const found = await resolve(path, { importer, kind, resolveDir, pluginData: ASKED });
      // The only one of which the import alone does something.
      return { ...found, sideEffects: path === './polyfill.js' };
    });
  },
};

/** What esbuild is asked within the plugin comes to the plugin again. */
const ASKED = 'asked by unused-client-parts';

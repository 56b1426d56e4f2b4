// Compiles the schema of catalogs at build time, with ajv's own generator: https://ajv.js.org/standalone.html
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

/** An esbuild plugin that writes the generated code in the place of src/catalog/catalog-validator.ts. */
export const compiledSchema = {
  name: 'compiled-schema',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]catalog[\\/]catalog-validator\.ts$/ }, async ({ path }) => {
      const schemaPath = path.replace(/catalog-validator\.ts$/, 'catalog-schema.ts');
      const { catalogSchema, catalogSchemaOptions } = await importTypeScript(schemaPath);
      const ajv = new Ajv({ ...catalogSchemaOptions, code: { source: true, esm: true } });
      ajv.addSchema(catalogSchema, 'catalog');
      return {
        contents: standalone.default(ajv, { validateShape: 'catalog' }),
        loader: 'js',
        watchFiles: [schemaPath],
      };
    });
  },
};

/** @param {string} path */
async function importTypeScript(path) {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? '').toString('base64')}`
  );
}

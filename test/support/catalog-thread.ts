import { bundle } from './bundle.ts';

export const buildCatalogThread = (directory: string): Promise<URL> =>
  bundle(new URL('../../src/server/catalog-thread.ts', import.meta.url), directory);

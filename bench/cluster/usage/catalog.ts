import { readFileSync } from 'node:fs';

/** Toolforge's own: 41 entries, 16 of them deprecated. */
export const CATALOG = readFileSync(
  new URL('../../../test/fixtures/image-config/images-v1.2026.yaml', import.meta.url),
  'utf8',
);

export const CONFIG_MAP = { metadata: { name: 'image-config' }, data: { 'images-v1.yaml': CATALOG } };
export const CONFIG_MAPS = '/api/v1/namespaces/tf-public/configmaps';

/** The image of a deprecated entry. */
export const DEPRECATED_IMAGE = 'docker-registry.tools.wmflabs.org/toolforge-python37-sssd-web:latest';

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('oracle/', import.meta.url);
const files = readdirSync(folder);

test.each(files)('the second opinion imports nothing from src: %s', (file) => {
  const imports = readFileSync(new URL(file, folder), 'utf8').matchAll(/\bfrom '([^']+)'/g);
  for (const [, from] of imports) expect(from).toMatch(/^(?:\.\/[a-z-]+\.ts|node:[a-z]+)$/);
});

test('the second opinion has files', () => {
  expect(files.length).toBeGreaterThan(10);
});

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type AnySchema } from 'ajv';
import { vi } from 'vitest';

const src = new URL('../../../src/', import.meta.url);

/** The modules with schemas: ajv compiles each schema when its module loads. */
const FILES = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (path) =>
    path.endsWith('.ts') && /from '(ajv|.*\/decode\.ts)'/.test(readFileSync(new URL(path, src), 'utf8')),
);

/** Every schema that src passes to ajv. */
export async function schemasOfSrc(): Promise<readonly AnySchema[]> {
  const compile = vi.spyOn(Ajv.prototype, 'compile');
  for (const path of FILES) await import(new URL(path, src).href);
  const schemas = compile.mock.calls.map(([schema]) => schema);
  compile.mockRestore();
  return schemas;
}

/** Keywords for which ajv makes a regular expression from text, or uses one of its own. */
const KEYWORDS = ['pattern', 'patternProperties', 'format', 'formatMinimum', 'formatMaximum'];

/** The paths of those keywords in a schema. Below `properties` the same words may be names of fields. */
export function keywordsIn(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const here = `${path}/${key}`;
    if (KEYWORDS.includes(key) && !Array.isArray(schema)) return [here];
    if (key !== 'properties' || Array.isArray(schema)) return keywordsIn(value, here);
    return Object.entries(value).flatMap(([name, inner]) => keywordsIn(inner, `${here}/${name}`));
  });
}

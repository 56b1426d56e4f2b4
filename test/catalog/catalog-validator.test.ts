import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { compiledSchema } from '../../scripts/compiled-schema.mjs';
import { validateShape } from '../../src/catalog/catalog-validator.ts';

const SOURCE = new URL('../../src/catalog/catalog-validator.ts', import.meta.url);
const FIXTURES = new URL('../fixtures/catalogs/bad/', import.meta.url);

/** The module that the build writes in the place of the source. */
async function built(): Promise<typeof validateShape> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(SOURCE)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    plugins: [compiledSchema],
  });
  const code = outputFiles[0]?.text ?? '';
  expect(code).not.toContain('class Ajv');
  const module = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  return module.validateShape;
}

const errorsOf = (validate: typeof validateShape, value: unknown) => {
  validate(value);
  return structuredClone(validate.errors);
};

describe('the validator that the build generates', () => {
  it('finds the same errors in each faulty catalog', async () => {
    const generated = await built();
    const values = readdirSync(FIXTURES).flatMap((file) => {
      try {
        return [load(readFileSync(new URL(file, FIXTURES), 'utf8'))];
      } catch {
        return [];
      }
    });
    expect(values.length).toBeGreaterThan(20);
    for (const value of values) expect(errorsOf(generated, value)).toEqual(errorsOf(validateShape, value));
  });

  it('finds the same errors in any value', async () => {
    const generated = await built();
    const known = [
      'state',
      'image',
      'aliases',
      'variants',
      'webservice',
      'extra',
      'wstype',
      'former-images',
      '__proto__',
    ];
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('stable', 'python', 1, null, true),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 3 }),
      object: fc.dictionary(fc.oneof(fc.constantFrom(...known), fc.string()), tie('value'), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(value, (any) => {
        expect(errorsOf(generated, any)).toEqual(errorsOf(validateShape, any));
      }),
      { numRuns: 500 },
    );
  });
});

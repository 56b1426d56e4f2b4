import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { type Literal, regularExpressionsIn } from './literals.ts';

const folder = new URL('../../../node_modules/js-yaml/', import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
/** The build that src imports, and that is bundled. */
const text = readFileSync(new URL(exports['.'].import, folder), 'utf8');

export interface Library {
  readonly literals: readonly Literal[];
  /** Those that it makes of text while it loads. */
  readonly loaded: readonly Literal[];
  /** Where it makes any: as many as were seen made, or some are made later. */
  readonly made: readonly string[];
}

export function regularExpressionsOfJsYaml(): Library {
  const loaded: Literal[] = [];
  function Recorded(source: string, flags = ''): RegExp {
    loaded.push({ source, flags });
    return new RegExp(source, flags);
  }
  const { code } = transformSync(text, { format: 'cjs' });
  runInNewContext(code, { module: { exports: {} }, RegExp: Recorded });
  return { ...regularExpressionsIn(text), loaded };
}

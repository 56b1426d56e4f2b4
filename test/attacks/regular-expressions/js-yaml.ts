import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { type Literal, regularExpressionsIn } from './literals.ts';

const folder = new URL('../../../node_modules/js-yaml/', import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
/** The build of js-yaml that src imports and the bundle contains. */
const text = readFileSync(new URL(exports['.'].import, folder), 'utf8');

export interface Library {
  readonly literals: readonly Literal[];
  /** The expressions that it makes from text while it loads. */
  readonly loaded: readonly Literal[];
  /** The places in its code that make an expression. If there are more places than made expressions, it makes some later. */
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

import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { DOMAIN, IMAGE_CONFIG } from '../src/catalog/public-names.ts';

/** The allowed imports between rooms; imports within a room are free. A listed room may not exist yet. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['cli'],
  'settings.ts': ['catalog'],
  'log.ts': [],
  'csv.ts': ['catalog'],
  'json.ts': ['catalog'],
  cli: [
    ...[
      'server',
      'cluster',
      'certificates',
      'registry',
      'tool-files',
      'usage',
      'notice',
      'site',
      'history',
      'admission',
      'catalog',
    ],
    ...['settings.ts', 'log.ts', 'csv.ts', 'json.ts'],
  ],
  server: ['site', 'admission', 'catalog', 'settings.ts', 'log.ts'],
  notice: ['site', 'history', 'catalog'],
  site: ['history', 'catalog', 'csv.ts', 'json.ts'],
  admission: ['catalog'],
  'tool-files': ['usage', 'catalog'],
  usage: ['catalog'],
  history: ['catalog'],
  registry: ['catalog'],
  catalog: [],
  certificates: [],
  cluster: ['log.ts'],
};

/** Each library has one home, so that replacing it is a change in one place. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  '@kubernetes/client-node': ['cluster'],
  ajv: ['admission/decode.ts', 'catalog/catalog-validator.ts', 'catalog/schema.ts'],
  commander: ['cli'],
  'd3-scale': ['site/pages/plot.ts'],
  'd3-shape': ['site/pages/plot.ts'],
  express: ['server'],
  'js-yaml': ['catalog/yaml', 'cluster/kubeconfig/files.ts'],
  'node-forge': ['certificates'],
  nodemailer: ['cli/notice/mail.ts'],
  picocolors: ['cli/output/colors.ts'],
  pino: ['log.ts'],
  preact: ['site/pages'],
  'preact-render-to-string': ['site/pages/document.ts'],
  'prom-client': ['server/metrics'],
};

/** Pure rooms: text and JSON in, values out. They may use only these modules of Node. */
const PURE = [
  'catalog',
  'admission',
  'usage',
  'tool-files',
  'history',
  'site',
  'notice',
  'csv.ts',
  'json.ts',
];
const PURE_MODULES = ['node:buffer', 'node:crypto'];
const IMPURE =
  /\bnew Date\(\)|\bDate\.now\b|\bMath\.random\b|\bperformance\b|\bset(?:Timeout|Interval|Immediate)\b|\bconsole\b|\bfetch\(/;

/** Only `serve`, `site`, `audit` and `certs` load them: the other verbs start without them. */
const HEAVY = ['@kubernetes/client-node', 'express', 'node-forge', 'pino', 'prom-client'];

interface SourceFile {
  /** Below src, with slashes. */
  readonly path: string;
  readonly code: string;
}

interface Import {
  readonly specifier: string;
  readonly lazy: boolean;
  readonly typeOnly: boolean;
}

const src = new URL('../src/', import.meta.url);
const sources: SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: path.replaceAll('\\', '/'), code: readFileSync(new URL(path, src), 'utf8') }));

/** Code without its comments; strings stay, since imports are among them. */
const withoutComments = (code: string): string =>
  code.replace(/('(?:\\.|[^'\\\n])*')|("(?:\\.|[^"\\\n])*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '$1$2');

function importsOf({ code }: SourceFile): Import[] {
  const pattern =
    /\b(import|export)(\s+type)?\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
  return [...withoutComments(code).matchAll(pattern)].map(([, , typeOnly, from, bare, lazy]) => ({
    specifier: from ?? bare ?? lazy ?? '',
    lazy: lazy !== undefined,
    typeOnly: typeOnly !== undefined,
  }));
}

const roomOf = (path: string): string => path.split('/')[0] ?? '';

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const isIn = (path: string, home: string): boolean => path === home || path.startsWith(`${home}/`);

function violations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [
    ...importsOf(file).flatMap(({ specifier }) => (faultOf(file.path, specifier) ?? []) as string | never[]),
    ...codeFaults(file),
  ]);
}

function faultOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) {
    if (specifier === 'node:process') return `${path} imports node:process: only main.ts touches the process`;
    const pure = PURE.includes(roomOf(path)) && !PURE_MODULES.includes(specifier);
    return pure ? `${path} imports ${specifier}: ${roomOf(path)} is pure` : undefined;
  }
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    if (target === '../package.json')
      return path === 'cli/version.ts' ? undefined : `${path} imports package.json`;
    if (!specifier.endsWith('.ts')) return `${path} imports ${specifier}: without .ts it does not resolve`;
    const [from, to] = [roomOf(path), roomOf(target)];
    return from === to || ARROWS[from]?.includes(to)
      ? undefined
      : `${path} imports ${target}: ${from} → ${to} is no arrow`;
  }
  const homes = HOMES[packageOf(specifier)];
  if (!homes) return `${path} imports ${specifier}: it has no home`;
  return homes.some((home) => isIn(path, home))
    ? undefined
    : `${path} imports ${specifier}: its home is ${homes.join(', ')}`;
}

function codeFaults({ path, code }: SourceFile): string[] {
  const plain = withoutComments(code);
  const faults: string[] = [];
  if (path !== 'main.ts' && /(?<![.\w'"])process\s*(?:\.|\[)/.test(plain))
    faults.push(`${path} touches process`);
  if (PURE.includes(roomOf(path)) && IMPURE.test(plain))
    faults.push(`${path} uses ${IMPURE.exec(plain)?.[0]}: ${roomOf(path)} is pure`);
  return faults;
}

/** Names that more than one file exports, or one exports twice, with those files. A re-exported name counts again. */
function exportedTwice(files: readonly SourceFile[]): string[] {
  const places = new Map<string, string[]>();
  for (const file of files)
    for (const name of exportedNames(file)) places.set(name, [...(places.get(name) ?? []), file.path]);
  return Array.from(places)
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name} is exported by ${paths.join(' and ')}`)
    .sort();
}

/** Every name that a file exports; a re-export of a whole file counts as `*`. */
function exportedNames({ code }: SourceFile): string[] {
  const plain = withoutComments(code);
  const declared = plain.matchAll(
    /^\s*export\s+(?:declare\s+)?(?:default\s+)?(?:abstract\s+|async\s+|const\s+(?=enum\b))?(?:interface|type|class|function\s*\*?|const|let|var|enum|namespace)\s+(?!\{)([\w$]+)/gm,
  );
  const lists = plain.matchAll(/^\s*export\s+(?:type\s+)?\{([^}]*)\}/gm);
  const listed = [...lists].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((item) => item.trim().split(/\s+/).at(-1) ?? '')
      .filter((name) => name !== ''),
  );
  const everything = plain.matchAll(/^\s*export\s+(?:type\s+)?(\*)(?:\s+as\s+([\w$]+))?/gm);
  return [
    ...Array.from(declared, ([, name = '']) => name),
    ...listed,
    ...Array.from(everything, ([, star = '', name]) => name ?? star),
  ];
}

/** Each circle of imports as `a.ts → b.ts → a.ts`; imports of types and lazy ones count. */
function importCircles(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map((file) => [
      file.path,
      importsOf(file).map(({ specifier }) => posix.join(posix.dirname(file.path), specifier)),
    ]),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return circles;
}

/** Module-level variables of pure rooms that can change: each `let`, and each collection that the file writes to. */
function mutableState(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => PURE.includes(roomOf(path)))
    .flatMap(({ path, code }) => {
      const plain = withoutComments(code);
      const variables = Array.from(
        plain.matchAll(/^(?:export )?(?:let|var) ([\w$]+)/gm),
        ([, name = '']) => name,
      );
      const collections = Array.from(
        plain.matchAll(
          /^(?:export )?const ([\w$]+)(?::[^=]*)? = (?:new (?:Weak)?(?:Map|Set)\b|Array\b|Object\.create\b|\[|\{)/gm,
        ),
        ([, name = '']) => name,
      );
      return [...variables, ...collections.filter((name) => isWritten(name, plain))].map(
        (name) => `${path} holds ${name}: ${roomOf(path)} is pure`,
      );
    });
}

const isWritten = (name: string, code: string): boolean =>
  new RegExp(
    `\\b${name}(?:\\.(?:set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill|length\\s*=(?!=))\\b|(?:\\[[^\\]]*\\]|\\.\\w+)\\s*(?:[-+*/|&?]|\\?\\?|\\|\\|)?=(?![=>]))`,
  ).test(code);

/** Every library and file that a file needs before it can run. */
function eagerClosure(start: string): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const file = sources.find((source) => source.path === path);
    for (const { specifier, lazy, typeOnly } of file ? importsOf(file) : []) {
      if (lazy || typeOnly) continue;
      open.push(specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier);
    }
  }
  return reached;
}

describe('the folders of src', () => {
  it('are all listed in ARROWS', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)));
    expect([...rooms].filter((room) => !(room in ARROWS))).toEqual([]);
  });

  it('import each other only along the arrows, and each library only at its home', () => {
    expect(violations(sources)).toEqual([]);
  });

  it('are the homes of exactly the dependencies in package.json', () => {
    expect(Object.keys(HOMES).sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  it('give no library a home that does not use it', () => {
    const unused = Object.entries(HOMES).flatMap(([library, homes]) =>
      homes
        .filter(
          (home) =>
            !sources.some(
              (file) =>
                isIn(file.path, home) &&
                importsOf(file).some(({ specifier }) => packageOf(specifier) === library),
            ),
        )
        .map((home) => `${library} at ${home}`),
    );
    expect(unused).toEqual([]);
  });

  it('export each name once', () => {
    expect(exportedTwice(sources)).toEqual([]);
  });

  it('write the domain and the namespace in catalog/public-names.ts alone', () => {
    const writers = sources.filter(({ code }) =>
      [DOMAIN, IMAGE_CONFIG.namespace].some((name) => withoutComments(code).includes(name)),
    );
    expect(writers.map(({ path }) => path)).toEqual(['catalog/public-names.ts']);
  });

  it('import each other without cycles', () => {
    expect(importCircles(sources)).toEqual([]);
  });

  it('hold no mutable state in the modules of pure folders', () => {
    expect(mutableState(sources)).toEqual([]);
  });

  it('have no default export, and re-export no file as a whole', () => {
    const nameless = sources.filter(
      (file) => /^export default\b/m.test(file.code) || exportedNames(file).includes('*'),
    );
    expect(nameless.map(({ path }) => path)).toEqual([]);
  });

  it('load no YAML and no schemas before a verb runs', () => {
    const loaded = eagerClosure('cli/run.ts');
    expect(loaded).toContain('cli/program.ts');
    expect(['js-yaml', 'ajv'].filter((library) => loaded.has(library))).toEqual([]);
  });

  it('load the cluster and no server for `audit`', () => {
    const loaded = new Set([...eagerClosure('main.ts'), ...eagerClosure('cli/audit/audit.ts')]);
    expect(HEAVY.filter((library) => loaded.has(library))).toEqual(['@kubernetes/client-node']);
    expect([...loaded].filter((path) => ['server', 'certificates'].includes(roomOf(path)))).toEqual([]);
  });

  it('ask registries for `lint` alone', () => {
    const askers = sources.filter((file) =>
      importsOf(file).some(({ specifier }) => specifier.includes('/registry/')),
    );
    expect(askers.map(({ path }) => path)).toEqual(['cli/lint/check-registry.ts']);
  });

  it('load the validation of edits in `serve` only on the catalog thread', () => {
    const loaded = eagerClosure('cli/serve/serve.ts');
    expect(loaded).toContain('admission/webhooks.ts');
    expect(loaded).not.toContain('admission/validate.ts');
  });

  it.each(['lint', 'check', 'resolve', 'list', 'diff', 'review', 'explain'])(
    'load no server, no cluster for `%s`',
    (verb) => {
      const loaded = new Set([...eagerClosure('main.ts'), ...eagerClosure(`cli/${verb}/${verb}.ts`)]);
      expect(HEAVY.filter((library) => loaded.has(library))).toEqual([]);
      expect(
        [...loaded].filter((path) => ['server', 'cluster', 'certificates'].includes(roomOf(path))),
      ).toEqual([]);
    },
  );
});

/** Proves that the checks can fail: each planted fault has to be named. */
describe('the check of the folders', () => {
  it.each([
    ['catalog/load.ts', "import { lint } from '../cli/lint/lint.ts';", 'catalog → cli is no arrow'],
    ['admission/a.ts', "export { app } from '../server/app.ts';", 'admission → server is no arrow'],
    [
      'certificates/a.ts',
      "import type { Entry } from '../catalog/entry.ts';",
      'certificates → catalog is no arrow',
    ],
    [
      'server/a.ts',
      "const pair = await import('../certificates/key-pair.ts');",
      'server → certificates is no arrow',
    ],
    ['cli/a.ts', "import {\n  run,\n} from '../main.ts';", 'cli → main.ts is no arrow'],
    ['catalog/a.ts', "import '../main.ts';", 'catalog → main.ts is no arrow'],
    ['server/a.ts', "import forge from 'node-forge';", 'its home is certificates'],
    ['catalog/a.ts', "import { load } from 'js-yaml';", 'its home is catalog/yaml'],
    ['cli/a.ts', "import x from '@scope/unheard-of/part';", 'it has no home'],
    ['admission/a.ts', "import { readFileSync } from 'node:fs';", 'admission is pure'],
    ['catalog/a.ts', 'const today = new Date();', 'catalog is pure'],
    ['cli/a.ts', "import process from 'node:process';", 'only main.ts'],
    ['server/a.ts', 'const { port } = process.env;', 'touches process'],
    ['cli/a.ts', "import x from './b';", 'without .ts'],
  ])('names a fault planted in %s: %s', (path, code, fault) => {
    expect(violations([{ path, code }])).toEqual([expect.stringContaining(fault)]);
  });

  it('does not take a comment for code', () => {
    const code =
      "/* process.env */ // import x from '../main.ts'\nconst url = 'https://example.org/'; // process.exit";
    expect(violations([{ path: 'catalog/a.ts', code }])).toEqual([]);
  });

  it.each([
    'export interface Catalog {}',
    'export type Catalog = string;',
    'export class Catalog {}',
    'export abstract class Catalog {}',
    'export const Catalog = 1;',
    'export enum Catalog {}',
    'export function Catalog(): void {}',
    'export async function Catalog(): Promise<void> {}',
    'export function* Catalog(): Iterable<string> {}',
    "export { Catalog } from './catalog.ts';",
    "export type { Other, Catalog } from './catalog.ts';",
    "export {\n  type Catalog,\n} from './catalog.ts';",
    'const own = 1;\nexport { own as Catalog };',
    "export * as Catalog from './catalog.ts';",
  ])('names an export planted a second time: %s', (code) => {
    const files = [
      { path: 'catalog/a.ts', code: 'export interface Catalog {}' },
      { path: 'usage/b.ts', code },
    ];
    expect(exportedTwice(files)).toEqual(['Catalog is exported by catalog/a.ts and usage/b.ts']);
  });

  it.each([
    'interface Catalog {}',
    '// export interface Catalog {}',
    'export const Catalogs = 1;',
    "export { Catalog as Own } from './catalog.ts';",
    "import type { Catalog } from './a.ts';",
  ])('does not count as a second export: %s', (code) => {
    const files = [
      { path: 'catalog/a.ts', code: 'export interface Catalog {}' },
      { path: 'usage/b.ts', code },
    ];
    expect(exportedTwice(files)).toEqual([]);
  });

  it.each([
    "import type { B } from './b.ts';",
    "import { b } from './b.ts';",
    "export { b } from './b.ts';",
    "const { b } = await import('./b.ts');",
  ])('names a cycle planted with: %s', (code) => {
    const files = [
      { path: 'catalog/a.ts', code },
      {
        path: 'catalog/b.ts',
        code: "import type { C } from '../usage/c.ts';\nimport type { D } from './d.ts';",
      },
      { path: 'usage/c.ts', code: "import type { A } from '../catalog/a.ts';" },
      { path: 'catalog/d.ts', code: "import type { C } from '../usage/c.ts';" },
    ];
    expect(importCircles(files)).toEqual(['catalog/a.ts → catalog/b.ts → usage/c.ts → catalog/a.ts']);
  });

  it.each([
    'let known: string | undefined;',
    'export let known = 0;',
    'const known = new WeakMap<object, string>();\nexport const keep = (key: object) => known.set(key, "a");',
    'const known: Set<string> = new Set();\nexport const keep = (key: string) => known.add(key);',
    'const known: string[] = [];\nexport const keep = (key: string) => known.push(key);',
    'const known: Record<string, number> = {};\nexport function keep(key: string) {\n  known[key] = 1;\n}',
    'const known = { count: 0 };\nexport function keep() {\n  known.count += 1;\n}',
  ])('names mutable state planted in a pure folder: %s', (code) => {
    expect(mutableState([{ path: 'catalog/a.ts', code }])).toEqual([
      'catalog/a.ts holds known: catalog is pure',
    ]);
    expect(mutableState([{ path: 'server/a.ts', code }])).toEqual([]);
  });

  it.each([
    'const known = new Map([["a", 1]]);\nexport const of = (key: string) => known.get(key);',
    'export function of() {\n  let known = 0;\n  const keys = new Map();\n  keys.set("a", known);\n}',
    'const known = { count: 0 };\nexport const is = () => known.count === 0;',
  ])('accepts constants and local state in a pure folder: %s', (code) => {
    expect(mutableState([{ path: 'catalog/a.ts', code }])).toEqual([]);
  });

  it('reads the real sources', () => {
    expect(sources.flatMap(exportedNames).length).toBeGreaterThan(400);
    const imports = sources.flatMap(importsOf);
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.some(({ lazy }) => lazy)).toBe(true);
    expect(eagerClosure('cli/serve/serve.ts')).toContain('pino');
  });
});

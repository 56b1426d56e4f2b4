import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temporary.ts';

const MIB = 1024 * 1024;

const SHIPPED = ['dist', 'docs', 'manifests', 'scripts/package-manifest.mjs'];
const BESIDE = ['.npmrc', 'LICENSE', 'README.md', 'package.json'];

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
let checkout: string;
let installed: string;
let tarball: string;

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_cache: join(files.path, 'cache') },
  });

/** Packs a copy, since npm changes package.json meanwhile. Its dist/ is the one that `npm run build` has made before. */
beforeAll(async () => {
  files = await temporaryDirectory();
  checkout = join(files.path, 'checkout');
  for (const path of [...SHIPPED, ...BESIDE]) cpSync(path, join(checkout, path), { recursive: true });
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(manifest.scripts.build).toBe('node scripts/build.mjs');
  manifest.scripts.build = 'test -e dist/main.js';
  writeFileSync(join(checkout, 'package.json'), JSON.stringify(manifest));
  // pre-commit, too, takes the whole output for a name.
  tarball = join(checkout, npm(checkout, 'pack').trim());
  installed = join(files.path, 'installed');
  mkdirSync(installed);
  npm(installed, 'install', '--offline', '--no-fund', '--no-audit', tarball);
}, 120_000);
afterAll(() => files[Symbol.asyncDispose]());

const packageDirectory = (): string => join(installed, 'node_modules/image-config-admission');

const inPackage = (path: string): string => readFileSync(join(packageDirectory(), path), 'utf8');

describe('the package', () => {
  it('is one tarball of at most 8 MiB without source maps, sources and tests', () => {
    expect(readdirSync(checkout).filter((name) => name.endsWith('.tgz'))).toEqual([basename(tarball)]);
    const packed = readdirSync(packageDirectory(), { recursive: true, encoding: 'utf8' });
    const sizes = packed.map((path) => statSync(join(packageDirectory(), path)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(8 * MIB);
    expect(packed.filter((path) => /\.map$|\.ts$|^(?:scripts|test|src)(?:\/|$)/.test(path))).toEqual([]);
  });

  it('lists no dependency and no script', () => {
    const manifest = JSON.parse(inPackage('package.json'));
    expect(
      Object.keys(manifest).filter((key) => /dependencies|scripts|overrides|private/i.test(key)),
    ).toEqual([]);
    expect(manifest).toMatchObject({ name: 'image-config-admission', license: 'Apache-2.0' });
  });

  it('leaves package.json of the checkout as it was', () => {
    const manifest = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    expect(Object.keys(manifest.dependencies).length).toBeGreaterThan(5);
    expect(readdirSync(checkout)).not.toContain('package.json.kept');
  });

  it('installs offline in an empty folder, alone', () => {
    const packages = readdirSync(join(installed, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages).toEqual(['image-config-admission']);
  });

  it.each([
    [['--version'], /^\d+\.\d+\.\d+\n$/],
    [['explain', 'image-alias'], /^image-alias\n/],
    [
      ['check', '--catalog', 'test/fixtures/cli/tools-catalog.yaml', 'test/fixtures/tools/php'],
      /1 warning in 1 file/,
    ],
    [['lint', 'test/fixtures/cli/good.yaml'], /^No problems in 1 file/],
  ])('runs %j', (args, output) => {
    const program = join(installed, 'node_modules/.bin/image-config-admission');
    expect(statSync(program).mode & 0o111).not.toBe(0);
    expect(execFileSync(program, args, { encoding: 'utf8' })).toMatch(output);
  });

  it('has the licences of what is inside', () => {
    expect(inPackage('LICENSE')).toContain('Apache License');
    expect(inPackage('dist/THIRD-PARTY-LICENSES.txt')).toContain('js-yaml');
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { labelOf, lockedPackages, productionPackages } from './lock-file.ts';

const labels = (packages: typeof lockedPackages): string[] => packages.map(labelOf);

describe('the lock file', () => {
  it('has every package from the registry, with its sha512', () => {
    const sha512 = /^sha512-[A-Za-z0-9+/]{86}==$/;
    const elsewhere = lockedPackages.filter(
      ({ integrity = '', resolved, link }) => resolved !== undefined || link || !sha512.test(integrity),
    );
    expect(labels(elsewhere)).toEqual([]);
    expect(lockedPackages.length).toBeGreaterThan(100);
  });

  it('has the exact versions of package.json', () => {
    const asked = { ...manifest.dependencies, ...manifest.devDependencies };
    const locked = lockedPackages.filter(
      ({ path, name }) => path === `node_modules/${name}` && name in asked,
    );
    expect(Object.fromEntries(locked.map(({ name, version }) => [name, version]))).toEqual(asked);
  });

  it('has no install script except that of the bundler, which works without it', () => {
    const withScript = lockedPackages.filter(({ hasInstallScript }) => hasInstallScript);
    // The Dockerfile installs with --ignore-scripts.
    expect(withScript.map(({ name }) => name)).toEqual(['esbuild']);
    expect(productionPackages.filter(({ hasInstallScript }) => hasInstallScript)).toEqual([]);
  });
});

/** Licences of packages that may ship with Apache-2.0 code, with the text of the licence. None of them is copyleft. */
const COMPATIBLE = [
  '0BSD',
  'Apache-2.0',
  'MIT-0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unlicense',
];

/** One of several alternatives is enough. A person has to check any other expression. */
const isCompatible = (license = ''): boolean =>
  license
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => COMPATIBLE.includes(choice));

describe('licences', () => {
  it('of all production packages are compatible with Apache-2.0', () => {
    const others = productionPackages.filter(({ license }) => !isCompatible(license));
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
    expect(productionPackages.length).toBeGreaterThan(100);
  });

  it.each([
    ['MIT', true],
    ['(BSD-3-Clause OR GPL-2.0)', true],
    ['GPL-3.0-only', false],
    ['(MIT AND GPL-2.0-only)', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    [undefined, false],
  ])('call %s compatible: %s', (license, expected) => {
    expect(isCompatible(license)).toBe(expected);
  });
});

describe('docs/architecture.md', () => {
  const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## Dependencies\n([\s\S]*)/m.exec(page) ?? [];
  const rows = [...section.matchAll(/^\| (\S+) \| (.+) \|$/gm)].map(([, name = '', reason = '']) => ({
    name,
    reason,
  }));

  it('in architecture.md has a reason for each production dependency, and names no other', () => {
    const names = rows.map(({ name }) => name).filter((name) => name !== 'package');
    expect(names.sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  it('says which licence is chosen where there is a choice', () => {
    const choices = productionPackages.filter(({ license = '' }) => license.includes(' OR '));
    expect(choices.map(({ name, license }) => `${name}: ${license}`)).toEqual([
      'node-forge: (BSD-3-Clause OR GPL-2.0)',
    ]);
    expect(section).toMatch(/node-forge's is BSD-3-Clause or GPL-2\.0: it is taken as BSD-3-Clause/);
  });
});

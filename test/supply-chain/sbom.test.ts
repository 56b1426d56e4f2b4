import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { temporaryDirectory } from '../support/temporary.ts';
import { type Bundle, bundle } from './bundle.ts';
import { labelOf, productionPackages } from './lock-file.ts';

/** The fields of CycloneDX 1.5 that the tests read. */
interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly version: number;
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly type: string;
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly {
    readonly license?: { readonly id: string };
    readonly expression?: string;
  }[];
}

/** The packages inside the files of jsonpath-plus, from scripts/embedded-packages.mjs. */
const EMBEDDED = ['@jsep-plugin/assignment@1.3.0', '@jsep-plugin/regex@1.0.4', 'jsep@1.4.0'];

let made: Bundle;
let bill: Bill;
beforeAll(async () => {
  made = await bundle();
  bill = JSON.parse(await writeBill(made.directory));
}, 60_000);
afterAll(() => made?.[Symbol.asyncDispose]());

/** The file that `npm run sbom` writes for the build in a directory. */
async function writeBill(directory: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  await promisify(execFile)(process.execPath, [resolve('scripts/sbom.mjs')], {
    cwd: directory,
    env: { ...process.env, ...env },
  });
  return readFile(join(directory, 'dist/sbom.cdx.json'), 'utf8');
}

const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`);

const listed = (): string[] =>
  bill.components.map((component) => labelOf({ name: nameOf(component), version: component.version }));

describe('the bill of materials', () => {
  it('is CycloneDX for this application and version', () => {
    expect(bill).toMatchObject({
      $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      metadata: {
        lifecycles: [{ phase: 'build' }],
        component: {
          type: 'application',
          name: manifest.name,
          version: manifest.version,
          licenses: [{ license: { id: manifest.license } }],
        },
      },
    });
    expect(Math.abs(Date.now() - Date.parse(bill.metadata.timestamp))).toBeLessThan(60 * 60_000);
  });

  it('has no purl for the application, which is not in the registry', () => {
    expect(bill.metadata.component).not.toHaveProperty('purl');
  });

  it('lists exactly the packages that the bundler inlined, and those inside them', () => {
    expect(listed().sort()).toEqual([...made.inlined, ...EMBEDDED].sort());
  });

  it('identifies each package by purl, licence and the hash of the lock file', () => {
    const expected = productionPackages
      .filter((locked) => made.inlined.has(labelOf(locked)))
      .map(({ name, version, license = '', integrity = '' }) => ({
        name,
        purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
        licence: license,
        hashes: [
          {
            alg: 'SHA-512',
            content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'),
          },
        ],
      }));
    const found = bill.components
      .filter(({ hashes }) => hashes)
      .map((component) => ({
        name: nameOf(component),
        purl: component.purl,
        licence: component.licenses.map(({ license, expression }) => license?.id ?? expression).join(),
        hashes: component.hashes,
      }));
    const byPurl = (one: { purl?: string | undefined }, other: { purl?: string | undefined }): number =>
      `${one.purl}` < `${other.purl}` ? -1 : 1;
    expect(found.sort(byPurl)).toEqual(expected.sort(byPurl));
  });

  it('has no hash for a package that was copied into another one, since it is no archive of the registry', () => {
    const without = bill.components.filter(({ hashes }) => !hashes);
    expect(without.map((component) => labelOf({ ...component, name: nameOf(component) })).sort()).toEqual(
      EMBEDDED,
    );
  });

  it('agrees with npm about each package', async () => {
    const command = ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx'];
    const options = { cwd: made.directory, maxBuffer: 16 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)('npm', command, options);
    const theirs = new Map<string | undefined, Component>(
      (JSON.parse(stdout) as Bill).components.map((component) => [component.purl, component]),
    );
    const archives = bill.components.filter(({ hashes }) => hashes);
    const common = archives.filter(({ purl }) => theirs.has(purl));
    // npm omits packages that development needs, too: docs/security.md.
    const missing = archives.filter((component) => !common.includes(component));
    expect(missing.map(nameOf).sort()).toEqual(['@opentelemetry/api', 'picocolors']);
    for (const { purl, version, hashes, licenses } of common)
      expect(theirs.get(purl)).toMatchObject({ purl, version, hashes, licenses });
  });

  it('has a path from the application to every component, and each component once', () => {
    const dependsOn = new Map(bill.dependencies.map((entry) => [entry.ref, entry.dependsOn]));
    const reached = new Set<string>();
    const open = [bill.metadata.component['bom-ref']];
    for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
      if (reached.has(ref)) continue;
      reached.add(ref);
      open.push(...(dependsOn.get(ref) ?? []));
    }
    const refs = [bill.metadata.component, ...bill.components].map((component) => component['bom-ref']);
    expect([...reached].sort()).toEqual(refs.sort());
    expect([...dependsOn.keys()].sort()).toEqual(refs.sort());
  });

  it('lists the production dependencies as direct ones', () => {
    const [application] = bill.dependencies;
    const expected = Object.entries(manifest.dependencies).map(
      ([name, version]) => `pkg:npm/${name.replace('@', '%40')}@${version}`,
    );
    expect(application?.dependsOn).toEqual(expected.sort());
  });

  it('is the same for the same build and date', async () => {
    const once = await writeBill(made.directory, { SOURCE_DATE_EPOCH: '1795305600' });
    const again = await writeBill(made.directory, { SOURCE_DATE_EPOCH: '1795305600' });
    expect(again).toBe(once);
    expect((JSON.parse(once) as Bill).metadata.timestamp).toBe('2026-11-22T00:00:00.000Z');
  });
});

describe('the bill of materials fails and', () => {
  /** Runs the command on a bundle with code of these files. */
  async function attempt(sources: readonly string[], packages: object): Promise<string> {
    await using directory = await temporaryDirectory();
    const write = (name: string, content: object): Promise<void> =>
      writeFile(join(directory.path, name), JSON.stringify(content));
    await mkdir(join(directory.path, 'dist'));
    await write('package.json', manifest);
    await write('package-lock.json', { packages: { '': {}, ...packages } });
    if (sources.length > 0) await write('dist/main.js.map', { sources });
    return await writeBill(directory.path).then(
      () => 'no error',
      ({ stderr }) => stderr,
    );
  }

  it('names the build when that is missing', async () => {
    expect(await attempt([], {})).toContain(
      'dist/ has no source maps, which name the bundled packages: npm run build first',
    );
  });

  it('names a package that is missing in the lock file', async () => {
    expect(await attempt(['../node_modules/a/node_modules/b/index.js'], {})).toContain(
      'dist/ has code of node_modules/a/node_modules/b, which package-lock.json does not have',
    );
  });

  it('requests a review of a new version of a package that contains others', async () => {
    const packages = {
      'node_modules/jsonpath-plus': { version: '99.0.0', license: 'MIT', integrity: 'sha512-' },
    };
    expect(await attempt(['../node_modules/jsonpath-plus/index.js'], packages)).toContain(
      'the packages inside the files of jsonpath-plus are known for 10.4.0, and this is 99.0.0; review it',
    );
  });
});

describe('the supply chain in docs/security.md', () => {
  /** The packages with versions in the section with this heading. */
  async function namedIn(heading: string): Promise<string[]> {
    const page = await readFile('docs/security.md', 'utf8');
    const part = page.split(/^(?=###? )/m).find((text) => text.startsWith(`### ${heading}`)) ?? '';
    return [...part.matchAll(/`([^`]+)` (\d[^\s,|]*)/g)]
      .map(([, name = '', version = '']) => labelOf({ name, version }))
      .sort();
  }

  it('says for every shipped package and version what was reviewed', async () => {
    expect(await namedIn('What was read')).toEqual(listed().sort());
  });

  it('says for every other production package why it is installed', async () => {
    const others = productionPackages.map(labelOf).filter((label) => !made.inlined.has(label));
    expect(await namedIn('What ships')).toEqual(others.sort());
  });
});

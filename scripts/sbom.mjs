// Writes a software bill of materials (SBOM): the packages whose code is in dist/, as CycloneDX 1.5 in JSON.
//
//     npm run sbom                    builds, and writes dist/sbom.cdx.json
//     node scripts/sbom.mjs FILE      writes another file, for the present dist/
//
// SOURCE_DATE_EPOCH (seconds since 1970) sets its timestamp, for reproducible builds.
//
// `npm sbom --omit=dev` lists installed packages instead. It includes packages that nothing loads, and leaves out shipped
// packages that development needs as well (npm/cli#7909).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { embeddedIn } from './embedded-packages.mjs';

const [file = 'dist/sbom.cdx.json'] = process.argv.slice(2);
/**
 * @typedef {object} Locked an entry of package-lock.json
 * @property {string} version
 * @property {string} license
 * @property {string} integrity
 * @property {Readonly<Record<string, string>>} [dependencies]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 * @property {Readonly<Record<string, string>>} [peerDependencies]
 */
/** @typedef {import('./embedded-packages.mjs').Package} Package */

/** @type {{packages: Readonly<Record<string, Locked>>}} */
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

const bill = describeBundle(inlinedPackages());
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
console.log(`${file}: ${bill.components.length} components of ${manifest.name} ${manifest.version}`);

/** Paths in the lock file (node_modules/a/node_modules/b) of all packages with code in dist/, from its source maps. */
function inlinedPackages() {
  const maps = readdirSync('dist').filter((name) => name.endsWith('.js.map'));
  if (maps.length === 0)
    throw new Error('dist/ has no source maps, which name the bundled packages: npm run build first');
  const sources = maps.flatMap((name) => JSON.parse(readFileSync(`dist/${name}`, 'utf8')).sources);
  const paths = sources.map((source) => /node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(source));
  return [...new Set(paths.flatMap((match) => match ?? []))].sort();
}

/** @param {readonly string[]} paths */
function describeBundle(paths) {
  const application = {
    type: 'application',
    // No purl: it is in no registry, and advisories on a package of the same name there would be taken for ours.
    'bom-ref': `${manifest.name}@${manifest.version}`,
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    licenses: licenses(manifest.license),
  };
  const shipped = new Set(paths);
  const entries = new Map(paths.flatMap((path) => entriesOf(path, shipped)));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      timestamp: new Date(1000 * Number(process.env.SOURCE_DATE_EPOCH ?? Date.now() / 1000)).toISOString(),
      lifecycles: [{ phase: 'build' }],
      tools: {
        components: [
          { type: 'application', name: `${manifest.name}/scripts/sbom.mjs`, version: manifest.version },
        ],
      },
      component: application,
    },
    components: [...entries.values()].map(({ component }) => component),
    dependencies: [
      { ref: application['bom-ref'], dependsOn: needsOf('', shipped) },
      ...[...entries].map(([ref, { dependsOn }]) => ({ ref, dependsOn })),
    ],
  };
}

/**
 * A package and the packages inside its files, by their references.
 *
 * @param {string} path
 * @param {ReadonlySet<string>} shipped
 * @returns {[string, {component: object, dependsOn: string[]}][]}
 */
function entriesOf(path, shipped) {
  const { version, license, integrity } = locked(path);
  const name = nameOf(path);
  /** @type {[string, {component: object, dependsOn: string[]}][]} */
  const inside = embeddedIn(name, version).map((found) => [
    purl(found),
    // Without a hash: a copy is not the archive of the registry.
    { component: component(found), dependsOn: [] },
  ]);
  const dependsOn = [...needsOf(path, shipped), ...inside.map(([ref]) => ref)].sort();
  const hashes = [{ alg: 'SHA-512', content: hexadecimal(integrity) }];
  return [
    [purl({ name, version }), { component: { ...component({ name, version, license }), hashes }, dependsOn }],
    ...inside,
  ];
}

/** @param {Package} found */
function component({ name, version, license }) {
  const [, group, plain] = /^(?:(@[^/]+)\/)?(.*)$/.exec(name) ?? [];
  return {
    type: 'library',
    'bom-ref': purl({ name, version }),
    ...(group && { group }),
    name: plain,
    version,
    scope: 'required',
    licenses: licenses(license),
    purl: purl({ name, version }),
  };
}

/**
 * References of the shipped packages that a package needs; '' is our own.
 *
 * @param {string} path
 * @param {ReadonlySet<string>} shipped
 */
function needsOf(path, shipped) {
  const { dependencies, optionalDependencies, peerDependencies } = locked(path);
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    .map((name) => resolved(path, name))
    .filter((found) => shipped.has(found))
    .map((found) => purl({ name: nameOf(found), version: locked(found).version }))
    .sort();
}

/**
 * As Node resolves it: in the package's own node_modules, then in those of the packages around it.
 *
 * @param {string} from
 * @param {string} name
 * @returns {string}
 */
function resolved(from, name) {
  const path = `${from}/node_modules/${name}`.replace(/^\//, '');
  if (path in lock.packages || from === '') return path;
  return resolved(from.slice(0, Math.max(from.lastIndexOf('/node_modules/'), 0)), name);
}

/** @param {string} path */
function locked(path) {
  const entry = lock.packages[path];
  if (!entry)
    throw new Error(`dist/ has code of ${path}, which package-lock.json does not have: npm ci first`);
  return entry;
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** @param {Pick<Package, 'name' | 'version'>} found */
function purl({ name, version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** @param {string} integrity */
function hexadecimal(integrity) {
  return Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
}

/**
 * An SPDX identifier, or an expression of several.
 *
 * @param {string} license
 */
function licenses(license) {
  return /[ (]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
}

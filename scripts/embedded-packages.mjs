/** @typedef {{name: string, version: string, license: string}} Package */

/**
 * Packages that were copied into the published files of other packages, where neither the lock file nor a bundler finds
 * them. `host` is the reviewed version. Its dependency of the same name is another copy, which nothing loads.
 *
 * @type {Readonly<Record<string, {host: string, packages: Package[]}>>}
 */
const embedded = {
  'jsonpath-plus': {
    host: '10.4.0',
    // jsep states its version, 1.4.0. The plugins are the newest within its ranges when it was published.
    packages: [
      { name: 'jsep', version: '1.4.0', license: 'MIT' },
      { name: '@jsep-plugin/assignment', version: '1.3.0', license: 'MIT' },
      { name: '@jsep-plugin/regex', version: '1.0.4', license: 'MIT' },
    ],
  },
};

/**
 * The packages inside a package. Throws for a version that was not reviewed.
 *
 * @param {string} name
 * @param {string} version
 */
export function embeddedIn(name, version) {
  const { host, packages } = embedded[name] ?? { host: version, packages: [] };
  if (host !== version)
    throw new Error(
      `the packages inside the files of ${name} are known for ${host}, and this is ${version}; ` +
        'review it, and correct scripts/embedded-packages.mjs',
    );
  return packages;
}

/**
 * Packages that were copied into the published files of others, where neither the lock file nor a bundler sees them.
 * `host` is the version that was looked at: its own dependency of that name is another copy, which nothing loads.
 */
const embedded = {
  'jsonpath-plus': {
    host: '10.4.0',
    // It says 1.4.0 itself; of the plugins these were the newest that its ranges allow when it was published.
    packages: [
      { name: 'jsep', version: '1.4.0', license: 'MIT' },
      { name: '@jsep-plugin/assignment', version: '1.3.0', license: 'MIT' },
      { name: '@jsep-plugin/regex', version: '1.0.4', license: 'MIT' },
    ],
  },
};

/** What a package carries inside: `{ name, version, license }` each. Throws for a version that nobody has looked at. */
export function embeddedIn(name, version) {
  const { host, packages } = embedded[name] ?? { host: version, packages: [] };
  if (host !== version)
    throw new Error(
      `${name} ${host} was looked at for packages inside its files, and this is ${version}; ` +
        'look again, and correct scripts/embedded-packages.mjs',
    );
  return packages;
}

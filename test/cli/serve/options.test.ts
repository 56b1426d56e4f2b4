import { describe, expect, it } from 'vitest';
import { defaultPrecedence } from '../../../src/catalog/lookup.ts';
import { clusterAccessSettings } from '../../../src/cli/options/cluster-access.ts';
import { serveOptions } from '../../../src/cli/serve/options.ts';
import { defaultCertificates, defaultEvents, defaultLimits, defaultPolicy } from '../../../src/settings.ts';
import { settingsFrom } from '../../support/serve-settings.ts';

const EVERYTHING: Readonly<Record<string, string>> = {
  catalog: 'images.yaml',
  host: '127.0.0.1',
  'tls-port': '9443',
  'ops-port': '0',
  'cert-dir': 'certs',
  'client-ca': 'clients.crt',
  'log-level': 'debug',
  'drain-seconds': '0',
  'max-review-bytes': '1MiB',
  'max-bytes-in-flight': '2MiB',
  'max-connections': '7',
  kubeconfig: 'admin.kubeconfig',
  context: 'toolsbeta',
  as: 'an-admin',
  'as-group': 'admins',
  'as-uid': '7',
  namespace: 'ours',
  service: 'a-service',
  'tool-selector': 'tenancy=tool,kind=bot',
  'pods-by-url': 'facts',
  secret: 'a-secret',
  'validating-configuration': 'a-validating-one',
  'mutating-configuration': 'a-mutating-one',
  'ca-overlap-seconds': '30',
  'ca-days': '365',
  'certificate-days': '7',
  'events-per-minute': '60',
  lease: 'a-lease',
  states: 'stable,deprecated',
  registries: 'registry.example.org,registry.example.com:5000',
  'max-bytes': '100KiB',
  'max-entries': '100',
  'max-depth': '8',
  precedence: '*=image',
  'past-removal': 'deny',
  'registry-admission': 'present',
  'deprecation-url': 'https://example.org/images',
  enforce: 'false',
  example: 'a.json',
};

const parsed = {
  catalog: 'images.yaml',
  cluster: {
    access: {
      file: 'admin.kubeconfig',
      context: 'toolsbeta',
      as: { user: 'an-admin', groups: ['admins'], uid: '7' },
    },
    namespace: 'ours',
    service: 'a-service',
    toolSelector: 'tenancy=tool,kind=bot',
    podsByUrl: 'facts',
    certificates: {
      secret: 'a-secret',
      validatingConfiguration: 'a-validating-one',
      mutatingConfiguration: 'a-mutating-one',
      caOverlapSeconds: 30,
      caDays: 365,
      certificateDays: 7,
    },
    events: { perMinute: 60, lease: 'a-lease' },
  },
  host: '127.0.0.1',
  tlsPort: 9443,
  opsPort: 0,
  certDir: 'certs',
  clientCa: 'clients.crt',
  logLevel: 'debug',
  drainSeconds: 0,
  limits: { maxReviewBytes: 1_048_576, maxBytesInFlight: 2_097_152, maxConnections: 7 },
  policy: {
    states: ['stable', 'deprecated'],
    registries: ['registry.example.org', 'registry.example.com:5000'],
    maxBytes: 102_400,
    maxEntries: 100,
    maxDepth: 8,
    deprecationUrl: 'https://example.org/images',
  },
  precedence: { '*': ['image'] },
  pastRemoval: 'deny',
  registryAdmission: 'present',
  enforce: false,
  examples: ['a.json'],
};

const noAccess = {
  file: undefined,
  context: undefined,
  as: { user: undefined, groups: [], uid: undefined },
};

describe('the settings of serve', () => {
  it('have the defaults of settings.ts', () => {
    expect(settingsFrom([])).toEqual({
      catalog: undefined,
      cluster: {
        access: noAccess,
        namespace: undefined,
        service: 'image-config-admission',
        toolSelector: 'tenancy=tool',
        podsByUrl: 'facts',
        certificates: defaultCertificates,
        events: defaultEvents,
      },
      host: undefined,
      tlsPort: 8443,
      opsPort: 8080,
      certDir: undefined,
      clientCa: undefined,
      logLevel: 'info',
      drainSeconds: 10,
      limits: defaultLimits,
      policy: defaultPolicy,
      precedence: defaultPrecedence,
      pastRemoval: 'warn',
      registryAdmission: 'absent',
      enforce: true,
      examples: [],
    });
  });

  /** A file or a cluster. */
  const choices = [
    {
      of: 'a file',
      not: clusterAccessSettings.map((setting) => setting.name()),
      expected: { ...parsed, cluster: { ...parsed.cluster, access: noAccess } },
    },
    { of: 'a cluster', not: ['catalog'], expected: { ...parsed, catalog: undefined } },
  ];

  it.each(choices)('take every option of $of from the command line', ({ not, expected }) => {
    expect(Object.keys(EVERYTHING)).toEqual(serveOptions.map((option) => option.name()));
    const given = Object.entries(EVERYTHING).filter(([name]) => !not.includes(name));
    expect(settingsFrom(given.flatMap(([name, value]) => [`--${name}`, value]))).toEqual(expected);
  });

  it.each(choices)('take every option of $of from the environment', ({ not, expected }) => {
    const given = Object.entries(EVERYTHING).filter(([name]) => !not.includes(name));
    const variables = given.map(([name, value]) => [
      `IMAGE_CONFIG_${name.toUpperCase().replaceAll('-', '_')}`,
      value,
    ]);
    expect(settingsFrom([], Object.fromEntries(variables))).toEqual(expected);
  });

  it('collect repeated examples, or a list of them in the environment', () => {
    expect(settingsFrom(['--example', 'a.json', '--example', 'b,c.json']).examples).toEqual([
      'a.json',
      'b,c.json',
    ]);
    expect(settingsFrom([], { IMAGE_CONFIG_EXAMPLE: 'a.json,b.json' }).examples).toEqual([
      'a.json',
      'b.json',
    ]);
  });

  it('accept skip for Pods without a short name', () => {
    expect(settingsFrom(['--pods-by-url', 'skip']).cluster.podsByUrl).toBe('skip');
  });

  it('accept port 0 for both ports', () => {
    expect(settingsFrom(['--tls-port', '0', '--ops-port', '0'])).toMatchObject({ tlsPort: 0, opsPort: 0 });
  });

  it.each([
    [['--tls-port', '8080'], '--tls-port and --ops-port are both 8080'],
    [
      ['--catalog', 'a.yaml', '--kubeconfig', 'b'],
      '--catalog a.yaml is served without a cluster, so --kubeconfig has no effect: leave one of them out',
    ],
    [
      ['--catalog', 'a.yaml', '--as-group', 'b'],
      '--catalog a.yaml is served without a cluster, so --as-group has no effect: leave one of them out',
    ],
    [['--max-bytes-in-flight', '1MiB'], 'the largest review could never be read'],
    [['--registries', 'localhost'], 'Expected registry hosts'],
    [['--registries', 'Registry.example.org'], 'Expected registry hosts'],
    [['--registries', 'registry.example.org/path'], 'Expected registry hosts'],
    [['--max-connections', '0'], 'Expected a whole number from 1'],
    [['--past-removal', 'refuse'], 'Allowed choices are warn, deny'],
    [['--deprecation-url', 'example.org'], 'Expected a URL'],
    [['--pods-by-url', 'none'], 'Allowed choices are facts, skip'],
    [
      ['--pods-by-url', 'skip', '--past-removal', 'deny'],
      '--past-removal deny rejects Pods with an image URL past its removal date, and with --pods-by-url skip the webhooks do not receive them',
    ],
  ])('reject %j', (argv, words) => {
    expect(() => settingsFrom(argv)).toThrow(words);
  });
});

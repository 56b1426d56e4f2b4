import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { serveOptions } from '../../src/cli/serve/options.ts';
import type { Json } from '../support/reviews.ts';
import { settingsFrom } from '../support/serve-settings.ts';
import { unknownFields } from './field-names.ts';
import { findHelm, only, pathOf, type RenderOptions, renderChart } from './manifests.ts';

const helm = findHelm();
const render = (values: Json = {}, options: RenderOptions = {}) => renderChart(helm ?? '', values, options);
const chartFile = (file: string): Json => load(readFileSync(pathOf(`manifests/chart/${file}`), 'utf8'));

describe.skipIf(helm === undefined)('the values of the chart', () => {
  it.each<[string, Json]>([
    ['a misspelt name', { replica: 3 }],
    ['no replica', { replicas: 0 }],
    ['replicas that are not a number', { replicas: 'two' }],
    ['an image with its tag in the name', { image: { name: 'Registry.example/a b' } }],
    ['no tag', { image: { tag: '' } }],
    ['an unknown value of byUrl', { podWebhooks: { byUrl: 'none' } }],
    ['an unknown failure policy', { catalogWebhook: { failurePolicy: 'fail' } }],
    ['a timeout that the API server refuses', { podWebhooks: { timeoutSeconds: 31 } }],
    [
      'a selector of every namespace',
      { podWebhooks: { namespaceSelector: { matchLabels: { tenancy: null } } } },
    ],
    ['an unknown source of certificates', { certificates: { source: 'self-signed' } }],
    ['an invalid name of a Secret', { clientCa: { secretName: 'Api_Servers' } }],
    ['a duration without a unit', { certificates: { certManager: { ca: { duration: 87600 } } } }],
    ['no limit of memory', { resources: { limits: { memory: null } } }],
    ['a setting with dashes', { settings: { '--log-level': 'debug' } }],
    ['a setting that is a list', { settings: { registries: ['a.example'] } }],
    ['a drain that is too long', { drainSeconds: 100_000 }],
    ['an invalid port', { networkPolicy: { apiServerPorts: [70_000] } }],
    ['an invalid peer', { networkPolicy: { webhooksFrom: [{ cidr: '10.0.0.0/8' }] } }],
  ])('are refused by their schema: %s', (_, values) => {
    expect(render(values).refusal).toContain("values don't meet the specifications of the schema");
  });

  it.each<[Json, RenderOptions, string]>([
    [{}, { namespace: 'tf-public' }, 'the release needs a namespace of its own'],
    [{}, { namespace: 'kube-system' }, 'the release needs a namespace of its own'],
    [{ settings: { 'cert-dir': '/certs' } }, {}, 'settings.cert-dir: the chart sets this option itself'],
    [{ settings: { 'client-ca': '/ca.crt' } }, {}, 'settings.client-ca: the chart sets this option itself'],
    [{ settings: { 'drain-seconds': 3 } }, {}, 'settings.drain-seconds: the chart sets this option itself'],
    [{ settings: { 'pods-by-url': 'skip' } }, {}, 'settings.pods-by-url: the chart sets this option itself'],
    [
      { podWebhooks: { byUrl: 'skip' }, settings: { 'past-removal': 'deny' } },
      {},
      'podWebhooks.byUrl is skip, so the webhooks do not receive Pods with an image URL, and settings.past-removal is deny',
    ],
    [{ settings: { enforce: 'false' } }, {}, 'settings.enforce: the chart sets this option itself'],
    [{ settings: { lease: 'another' } }, {}, 'settings.lease: the chart sets this option itself'],
    [
      { certificates: { source: 'cert-manager' }, settings: { 'ca-days': 10 } },
      {},
      'settings.ca-days is for managed certificates, and certificates.source is cert-manager',
    ],
    [
      { certificates: { certManager: { serving: { duration: '24h' } } } },
      {},
      'certificates.certManager.serving: renewBefore (720h) has to be less than duration (24h)',
    ],
    [
      { certificates: { certManager: { serving: { duration: '43800h' } } } },
      {},
      'certificates.certManager.ca.renewBefore (29200h) has to be more than serving.duration (43800h)',
    ],
    [{}, { kubeVersion: '1.29.14' }, 'chart requires kubeVersion: >=1.30.0-0'],
  ])('are refused in this combination: %j in %j', (values, options, message) => {
    expect(render(values, options).refusal).toContain(message);
  });

  it.each<[string, Json, RenderOptions]>([
    ['the defaults', {}, {}],
    ['those for cert-manager', {}, { files: ['cert-manager.yaml'] }],
    ['those for Toolforge', {}, { files: ['toolforge.yaml'] }],
    ['no Pods by URL', { podWebhooks: { byUrl: 'skip' } }, {}],
    [
      'everything optional switched off',
      {
        networkPolicy: { create: false },
        catalogReader: { create: false },
        priorityClassName: '',
        podAnnotations: null,
      },
      {},
    ],
    [
      'everything optional switched on',
      {
        namespace: { create: true },
        imagePullSecrets: ['pull'],
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }],
        networkPolicy: {
          webhooksFrom: [{ ipBlock: { cidr: '172.16.0.0/24' } }],
          opsFrom: [{ namespaceSelector: {} }],
        },
        settings: { 'log-level': 'debug', 'max-review-bytes': 8_388_608 },
      },
      {},
    ],
  ])('render only known fields and known options of serve: %s', (_, values, options) => {
    const { objects, refusal } = render(values, options);
    expect(refusal).toBe('');
    const ofKubernetes = objects.filter(({ apiVersion }) => !apiVersion.startsWith('cert-manager.io/'));
    expect(ofKubernetes.flatMap((object) => [...unknownFields(object)])).toEqual([]);
    const [{ args }] = only(objects, 'Deployment').spec.template.spec.containers;
    expect(() => settingsFrom(args.slice(1))).not.toThrow();
  });

  it.each(['managed', 'cert-manager'])('mount the client CA, with certificates: %s', (source) => {
    const { objects } = render({ certificates: { source }, clientCa: { secretName: 'api-servers' } });
    const { containers, volumes } = only(objects, 'Deployment').spec.template.spec;
    const [{ args, volumeMounts }] = containers;
    const { clientCa } = settingsFrom(args.slice(1));
    const mount = volumeMounts.find(({ name }: Json) => name === 'client-ca');
    expect(clientCa).toBe(`${mount.mountPath}/ca.crt`);
    expect(volumes.find(({ name }: Json) => name === 'client-ca').secret).toMatchObject({
      secretName: 'api-servers',
      items: [{ key: 'ca.crt', path: 'ca.crt' }],
    });
    expect(volumes).toHaveLength(source === 'managed' ? 1 : 2);
  });

  it('pass further settings to serve', () => {
    const { objects } = render({
      settings: {
        'log-level': 'debug',
        precedence: '*=image; webservice=webservice,image',
        'deprecation-url': 'https://example.org/wiki/Help:Images?a=%20b#c',
      },
      drainSeconds: 25,
    });
    const { spec } = only(objects, 'Deployment').spec.template;
    const settings = settingsFrom(spec.containers[0].args.slice(1));
    expect(settings).toMatchObject({ logLevel: 'debug', drainSeconds: 25 });
    expect(settings.policy.deprecationUrl).toBe('https://example.org/wiki/Help:Images?a=%20b#c');
    expect(settings.precedence).toEqual({ '*': ['image'], webservice: ['webservice', 'image'] });
    expect(spec.terminationGracePeriodSeconds).toBe(45);
  });

  it('can loosen the failure policies, and change the selector of tools', () => {
    const { objects } = render({
      catalogWebhook: { failurePolicy: 'Ignore' },
      podWebhooks: {
        shortNames: { failurePolicy: 'Ignore' },
        namespaceSelector: { matchLabels: { tenancy: null, kind: 'tool' } },
      },
    });
    const [catalog, workloads] = only(objects, 'ValidatingWebhookConfiguration').webhooks;
    const { webhooks: pods } = only(objects, 'MutatingWebhookConfiguration');
    const all = [catalog, workloads, ...pods];
    expect(all.map(({ failurePolicy }) => failurePolicy)).toEqual(Array(5).fill('Ignore'));
    for (const { namespaceSelector } of [workloads, ...pods])
      expect(namespaceSelector.matchLabels).toEqual({ kind: 'tool' });
  });

  it.each([{}, { podWebhooks: { byUrl: 'skip' } }])(
    'with enforce: false have only the policy Ignore, and make the program observe: %j',
    (more) => {
      const { objects } = render({ ...more, enforce: false });
      const webhooks = objects.flatMap((object): Json[] => object.webhooks ?? []);
      expect(new Set(webhooks.map(({ failurePolicy }) => failurePolicy))).toEqual(new Set(['Ignore']));
      const [{ args }] = only(objects, 'Deployment').spec.template.spec.containers;
      expect(settingsFrom(args.slice(1)).enforce).toBe(false);
    },
  );

  it.each(['Fail', 'Ignore'])(
    'can exclude Pods without a short name, with the policy %s',
    (failurePolicy) => {
      const { objects } = render({ podWebhooks: { byUrl: 'skip', shortNames: { failurePolicy } } });
      const { webhooks } = only(objects, 'MutatingWebhookConfiguration');
      expect(webhooks).toMatchObject([
        {
          name: 'short-names.image-config.toolforge.org',
          failurePolicy,
          // The API server sends each Pod at most once, so this path counts them all.
          clientConfig: { service: { path: '/mutate-pods' } },
          rules: [{ operations: ['CREATE', 'UPDATE'] }, { operations: ['UPDATE'] }],
          matchConditions: [{ name: 'is-no-mirror-pod' }, { name: 'asks-for-a-new-short-name' }],
        },
      ]);
      const [{ args }] = only(objects, 'Deployment').spec.template.spec.containers;
      expect(settingsFrom(args.slice(1)).cluster.podsByUrl).toBe('skip');
    },
  );

  it('without byUrl cover all Pods', () => {
    const { objects } = render({ podWebhooks: { byUrl: null } });
    expect(only(objects, 'MutatingWebhookConfiguration').webhooks).toHaveLength(3);
  });

  it('for Toolforge have the image of its registry, and omit the objects that Toolforge owns', () => {
    const { objects } = render({ image: { tag: 'image-0.0.1' } }, { files: ['toolforge.yaml'] });
    const [container] = only(objects, 'Deployment').spec.template.spec.containers;
    expect(container.image).toBe('tools-harbor.wmcloud.org/toolforge/image-config-admission:image-0.0.1');
    expect(objects.filter(({ metadata }) => metadata.name === 'image-config-reader')).toEqual([]);
    expect(objects.filter(({ kind }) => kind === 'Namespace')).toEqual([]);
    const { webhooks } = only(objects, 'MutatingWebhookConfiguration');
    expect(webhooks.map(({ failurePolicy }: Json) => failurePolicy)).toEqual(['Ignore', 'Ignore', 'Ignore']);
    // One call for each new Pod: a second one would have the same policy.
    expect(webhooks.map(({ rules }: Json) => rules[0].operations)).toEqual([
      ['CREATE'],
      ['UPDATE'],
      ['UPDATE'],
    ]);
    expect(settingsFrom(container.args.slice(1)).policy.registries).toEqual([
      'docker-registry.svc.toolforge.org',
      'docker-registry.tools.wmflabs.org',
    ]);
  });
});

describe('the chart', () => {
  it('has the version of the program', () => {
    const { version } = JSON.parse(readFileSync(pathOf('package.json'), 'utf8'));
    expect(chartFile('Chart.yaml')).toMatchObject({ appVersion: version, version: '0.0.0' });
  });

  it('reserves only known options of serve', () => {
    const checks = readFileSync(pathOf('manifests/chart/templates/_checks.tpl'), 'utf8');
    const own = /\$ours := list (.*?) }}/.exec(checks)?.[1]?.match(/[a-z-]+/g) ?? [];
    const known = serveOptions.map((option) => option.name());
    expect(own.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('the install guide', () => {
  it('lists every value with its default', () => {
    const guide = readFileSync(pathOf('manifests/README.md'), 'utf8');
    for (const [path, value] of leaves(chartFile('values.yaml'))) {
      const shown = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
      expect(guide, path).toContain(`| \`${path}\` | \`${shown}\` |`);
    }
  });

  it('lists no value that does not exist', () => {
    const guide = readFileSync(pathOf('manifests/README.md'), 'utf8');
    const listed = [...guide.matchAll(/^\| `([a-zA-Z.]+)` \| `.*` \|/gm)].map(([, path]) => path);
    expect(new Set(listed)).toEqual(new Set([...leaves(chartFile('values.yaml'))].map(([path]) => path)));
  });
});

/** The leaves of the values, with their paths. Labels and annotations are one value each. */
function* leaves(value: Json, path = ''): Iterable<[string, Json]> {
  const isGroup = typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isGroup || ['matchLabels', 'podAnnotations'].includes(path.split('.').at(-1) ?? ''))
    yield [path, value];
  else
    for (const [key, inner] of Object.entries(value))
      yield* leaves(inner, path === '' ? key : `${path}.${key}`);
}

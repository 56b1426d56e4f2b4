import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json } from '../support/reviews.ts';
import { siteOptionsFrom } from '../support/running-site.ts';
import { unknownFields } from './field-names.ts';
import { findHelm, only, type Rendering, renderChart } from './manifests.ts';

const SITE = 'image-config-admission-site';
const OURS = 'image-config-admission';

const helm = findHelm();
const render = (site: Json = {}, values: Json = {}): Rendering =>
  renderChart(helm ?? '', { site: { enabled: true, ...site }, ...values });

describe.skipIf(helm === undefined)('the site of the chart', () => {
  const { objects } = helm === undefined ? { objects: [] } : render();
  const ofSite = objects.filter(({ metadata }) => metadata.name === SITE);
  const deployment = (): Json => only(objects, 'Deployment', SITE);
  const labels = (): Json => deployment().spec.template.metadata.labels;

  it('is off unless it is switched on, also with values of a chart without it', () => {
    for (const values of [{}, { site: null }]) {
      const names = renderChart(helm ?? '', values).objects.map(({ metadata }) => metadata.name);
      expect(names).toContain(OURS);
      expect(names.filter((name) => /site|state/.test(name))).toEqual([]);
    }
  });

  it('has a Deployment, a Service, a ServiceAccount, two Roles, a NetworkPolicy and a PodDisruptionBudget', () => {
    expect(ofSite.map(({ kind }): string => kind).sort()).toEqual([
      'Deployment',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Role',
      'Role',
      'RoleBinding',
      'RoleBinding',
      'Service',
      'ServiceAccount',
    ]);
  });

  it('has the address that docs/client-warnings.md tells to the clients of its API', () => {
    const { metadata, spec } = only(objects, 'Service', SITE);
    expect(spec.ports).toMatchObject([{ port: 80 }]);
    const page = readFileSync(new URL('../../docs/client-warnings.md', import.meta.url), 'utf8');
    const addresses = [...page.matchAll(/http:\/\/[^/"\s`]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set([`http://${metadata.name}.${metadata.namespace}.svc`]));
  });

  it('has only fields of the Kubernetes API', () => {
    const { objects: all, refusal } = render({
      publicUrl: 'https://images.example.org',
      from: [{ namespaceSelector: {} }],
      ingress: {
        host: 'images.example.org',
        className: 'nginx',
        tlsSecretName: 'tls',
        annotations: { a: 'b' },
      },
    });
    expect(refusal).toBe('');
    expect(all.flatMap((object) => [...unknownFields(object)])).toEqual([]);
  });

  it('runs the verb site with known options, on the port of its Service and probes', () => {
    const [container] = deployment().spec.template.spec.containers;
    const [verb, ...args] = container.args;
    const options = siteOptionsFrom(args);
    expect([verb, options.host]).toEqual(['site', '::']);
    expect(container.ports).toEqual([{ name: 'http', containerPort: options.port }]);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
      expect((container[probe].httpGet ?? container[probe].tcpSocket).port).toBe('http');
    expect(only(objects, 'Service', SITE).spec.ports[0].targetPort).toBe('http');
    const { ingress } = only(objects, 'NetworkPolicy', SITE).spec;
    expect(ingress[0].ports).toEqual([{ protocol: 'TCP', port: options.port }]);
  });

  it('reads the state through the Service of the webhooks, and its policy lets it', () => {
    const { state } = siteOptionsFrom(deployment().spec.template.spec.containers[0].args.slice(1));
    const service = only(objects, 'Service', `${OURS}-state`);
    const { namespace, name } = service.metadata;
    expect(state).toBe(`http://${name}.${namespace}.svc:${service.spec.ports[0].port}/state.json`);
    const pods = only(objects, 'Deployment', OURS).spec.template;
    expect(pods.metadata.labels).toMatchObject(service.spec.selector);
    expect(pods.spec.containers[0].ports).toContainEqual({ name: 'ops', containerPort: 8080 });
    const { egress } = only(objects, 'NetworkPolicy', SITE).spec;
    expect(egress[0]).toEqual({
      ports: [{ protocol: 'TCP', port: 8080 }],
      to: [{ podSelector: { matchLabels: service.spec.selector } }],
    });
  });

  it('is let through to the webhooks where only named peers are', () => {
    const opsFrom = [{ namespaceSelector: { matchLabels: { name: 'prometheus' } } }];
    const from = (rendering: Rendering): Json =>
      only(rendering.objects, 'NetworkPolicy', OURS).spec.ingress[1].from;
    const networkPolicy = { opsFrom };
    expect(from(render({}, { networkPolicy }))).toEqual([
      ...opsFrom,
      { podSelector: { matchLabels: { 'app.kubernetes.io/name': SITE } } },
    ]);
    expect(from(renderChart(helm ?? '', { networkPolicy }))).toEqual(opsFrom);
    expect(from(render())).toBeUndefined();
  });

  it('has Pods that only its own objects select', () => {
    const matches = (selector: Json): boolean =>
      Object.entries(selector).every(([key, value]) => labels()[key] === value);
    for (const { kind, metadata, spec } of objects) {
      const selector =
        kind === 'Service' ? spec.selector : (spec?.podSelector ?? spec?.selector)?.matchLabels;
      if (selector) expect(matches(selector), `${kind} ${metadata.name}`).toBe(metadata.name === SITE);
    }
  });

  it('may get the catalog and the history, and nothing else', () => {
    const roles = objects.filter(({ kind, metadata }) => kind === 'Role' && metadata.name === SITE);
    const rights = roles.map(({ metadata, rules }) => ({ namespace: metadata.namespace, rules }));
    const get = (name: string) => [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: [name], verbs: ['get'] },
    ];
    expect(rights.sort((one, other) => (one.namespace < other.namespace ? -1 : 1))).toEqual([
      { namespace: OURS, rules: get(`${OURS}-history`) },
      { namespace: 'tf-public', rules: get('image-config') },
    ]);
    const bound = objects.filter(({ subjects }) => subjects?.some(({ name }: Json) => name === SITE));
    expect(bound.map(({ roleRef }) => [roleRef.kind, roleRef.name])).toEqual([
      ['Role', SITE],
      ['Role', SITE],
    ]);
    expect(deployment().spec.template.spec.serviceAccountName).toBe(SITE);
  });

  it('runs as non-root, read-only and without capabilities', () => {
    const { securityContext, containers, enableServiceLinks } = deployment().spec.template.spec;
    expect([securityContext.runAsNonRoot, enableServiceLinks]).toEqual([true, false]);
    expect(containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('gets the settings that it has in common with serve', () => {
    const settings = {
      'log-level': 'debug',
      'max-bytes': 8_192,
      'past-removal': 'deny',
      precedence: '*=image',
    };
    const { containers } = only(render({}, { settings }).objects, 'Deployment', SITE).spec.template.spec;
    expect(siteOptionsFrom(containers[0].args.slice(1))).toMatchObject({
      logLevel: 'debug',
      maxBytes: 8_192,
      precedence: { '*': ['image'] },
    });
  });

  it('has an Ingress and an HTTPRoute to its Service where they are asked for', () => {
    const { objects: all } = render({
      ingress: { host: 'images.example.org' },
      httpRoute: { parentRefs: [{ name: 'gateway' }], hostnames: ['images.example.org'] },
    });
    const [rule] = only(all, 'Ingress', SITE).spec.rules;
    expect(rule.host).toBe('images.example.org');
    expect(rule.http.paths[0].backend.service).toEqual({ name: SITE, port: { name: 'http' } });
    expect(only(all, 'HTTPRoute', SITE).spec).toEqual({
      parentRefs: [{ name: 'gateway' }],
      hostnames: ['images.example.org'],
      rules: [{ backendRefs: [{ name: SITE, port: only(all, 'Service', SITE).spec.ports[0].port }] }],
    });
  });

  it.each<[string, Json]>([
    ['an address without a scheme', { publicUrl: 'images.example.org' }],
    ['no replica', { replicas: 0 }],
    ['a misspelt name', { enable: true }],
    ['no limit of memory', { resources: { limits: { memory: null } } }],
  ])('refuses %s', (_, site) => {
    expect(render(site).refusal).toContain("values don't meet the specifications of the schema");
  });
});

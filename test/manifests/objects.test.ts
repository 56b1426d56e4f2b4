import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { workloadKinds } from '../../src/catalog/kubernetes-objects.ts';
import type { Json } from '../support/reviews.ts';
import { settingsFrom } from '../support/serve-settings.ts';
import { unknownFields } from './field-names.ts';
import { manifest, manifestText, only, pathOf, rendered } from './manifests.ts';
import { selects } from './selectors.ts';

const NAMESPACE = 'image-config-admission';
const certManagerKinds = ['Issuer', 'Certificate'];
const workloads = ['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'jobs', 'cronjobs'];

describe.each(rendered)('%s', (file) => {
  const objects = manifest(file);
  const deployment = only(objects, 'Deployment');
  const pod = deployment.spec.template;
  const [container] = pod.spec.containers;
  const configurations = objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
  const webhooks: Json[] = configurations.flatMap((configuration) => configuration.webhooks);

  it('names no field that Kubernetes does not know', () => {
    const ofKubernetes = objects.filter(({ kind }) => !certManagerKinds.includes(kind));
    expect(ofKubernetes.flatMap((object) => [...unknownFields(object)])).toEqual([]);
  });

  it('has each object once, in its own namespace, in tf-public or in none', () => {
    const places = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set([undefined, NAMESPACE, 'tf-public']),
    );
    // The catalog lives there: deleting our manifests must not take it along.
    const namespaces = objects
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata }) => metadata.name);
    expect(namespaces).toEqual([NAMESPACE]);
  });

  it('registers the webhooks last, when there is something to ask', () => {
    expect(objects.slice(-2)).toEqual(configurations);
    expect(configurations.map(({ metadata }) => metadata.name)).toEqual([NAMESPACE, `zz-${NAMESPACE}`]);
  });

  describe('the webhooks', () => {
    it('have these names, policies and timeouts, in this order', () => {
      expect(
        webhooks.map(({ name, failurePolicy, timeoutSeconds, reinvocationPolicy }) => ({
          name,
          failurePolicy,
          timeoutSeconds,
          reinvocationPolicy,
        })),
      ).toEqual([
        { name: 'catalog.image-config.toolforge.org', failurePolicy: 'Fail', timeoutSeconds: 5 },
        { name: 'workloads.image-config.toolforge.org', failurePolicy: 'Ignore', timeoutSeconds: 3 },
        {
          name: 'images.image-config.toolforge.org',
          failurePolicy: 'Ignore',
          timeoutSeconds: 3,
          reinvocationPolicy: 'IfNeeded',
        },
        {
          name: 'changes.image-config.toolforge.org',
          failurePolicy: 'Ignore',
          timeoutSeconds: 3,
          reinvocationPolicy: 'IfNeeded',
        },
        {
          name: 'short-names.image-config.toolforge.org',
          failurePolicy: 'Fail',
          timeoutSeconds: 3,
          reinvocationPolicy: 'IfNeeded',
        },
      ]);
    });

    it.each(webhooks.map((webhook): [string, Json] => [webhook.name, webhook]))(
      '%s is called by the Service, in version v1 alone, without side effects',
      (_, webhook) => {
        const service = only(objects, 'Service');
        expect(webhook).toMatchObject({
          clientConfig: {
            service: { namespace: NAMESPACE, name: service.metadata.name, port: service.spec.ports[0].port },
          },
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          matchPolicy: 'Equivalent',
        });
        // Whoever makes the certificates writes it, and applying the manifests again must not take it away.
        expect(webhook.clientConfig).not.toHaveProperty('caBundle');
      },
    );

    it.each(webhooks.map((webhook): [string, Json] => [webhook.name, webhook]))(
      '%s is never asked about the namespaces that it could take down, whatever their labels',
      (_, { namespaceSelector }) => {
        const own = only(objects, 'Namespace').metadata.labels;
        for (const [name, labels] of [
          [NAMESPACE, own],
          [NAMESPACE, { ...own, tenancy: 'tool' }],
          ['kube-system', {}],
          ['kube-system', { tenancy: 'tool' }],
          ['cert-manager', {}],
          ['default', {}],
        ])
          expect(selects(namespaceSelector, { 'kubernetes.io/metadata.name': name, ...labels }), name).toBe(
            false,
          );
      },
    );

    it('are asked about the catalog in its namespace, and about what runs in those of tools', () => {
      const tool = { 'kubernetes.io/metadata.name': 'tool-wikibugs', name: 'tool-wikibugs', tenancy: 'tool' };
      const publicOne = { 'kubernetes.io/metadata.name': 'tf-public' };
      const asked = (labels: Record<string, string>) =>
        webhooks.map(({ namespaceSelector }) => selects(namespaceSelector, labels));
      expect(asked(publicOne)).toEqual([true, false, false, false, false]);
      expect(asked(tool)).toEqual([false, true, true, true, true]);
    });

    it('know the namespaces of tools by the label by which the program looks for what they run', () => {
      const labels = webhooks.slice(1).map(({ namespaceSelector }) => namespaceSelector.matchLabels);
      const { args } = objects.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0];
      expect(args).toContain('--tool-selector=tenancy=tool');
      expect(labels).toEqual(labels.map(() => ({ tenancy: 'tool' })));
    });

    it('are asked about nothing that a cluster needs to run', () => {
      const asked = webhooks.map(({ rules }) => rules.flatMap((rule: Json) => rule.resources));
      const pods = ['pods', 'pods/ephemeralcontainers'];
      expect(asked).toEqual([['configmaps'], workloads, ['pods'], pods, pods]);
    });

    it('get new Pods without conditions, which would make the API server convert each of them', () => {
      const { webhooks: ofPods } = only(objects, 'MutatingWebhookConfiguration');
      const conditions = ofPods.map(({ matchConditions }: Json) =>
        matchConditions?.map(({ name }: Json) => name),
      );
      const operations = ofPods.map(({ rules }: Json) => rules[0].operations);
      expect(operations).toEqual([['CREATE'], ['UPDATE'], ['CREATE', 'UPDATE']]);
      expect(conditions).toEqual([
        undefined,
        ['is-no-mirror-pod', 'changes-a-container-or-a-fact', 'asks-for-no-new-short-name'],
        ['is-no-mirror-pod', 'asks-for-a-new-short-name'],
      ]);
    });

    it('send Pods to a path of their own where they may be sent for the second time', () => {
      const { webhooks: ofPods } = only(objects, 'MutatingWebhookConfiguration');
      const paths = ofPods.map(({ clientConfig }: Json) => clientConfig.service.path);
      expect(paths).toEqual(['/mutate-pods', '/mutate-pods', '/mutate-pods/short-names']);
    });

    it('never choose by what a user can write on an object', () => {
      expect(webhooks.filter((webhook) => webhook.objectSelector)).toEqual([]);
    });
  });

  describe('the Pods', () => {
    const labels = pod.metadata.labels;

    it('are what everything selects that is about them', () => {
      expect(selects(deployment.spec.selector, labels)).toBe(true);
      expect(selects({ matchLabels: only(objects, 'Service').spec.selector }, labels)).toBe(true);
      expect(selects(only(objects, 'PodDisruptionBudget').spec.selector, labels)).toBe(true);
      expect(selects(only(objects, 'NetworkPolicy').spec.podSelector, labels)).toBe(true);
      for (const { labelSelector } of pod.spec.topologySpreadConstraints)
        expect(selects(labelSelector, labels)).toBe(true);
    });

    it('are two, and one goes only when another is ready', () => {
      expect(deployment.spec).toMatchObject({
        replicas: 2,
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      });
    });

    it('run the verb serve with options that it has', () => {
      const [verb, ...args] = container.args;
      expect(verb).toBe('serve');
      expect(() => settingsFrom(args)).not.toThrow();
    });

    it('look for what is theirs where it is', () => {
      const env = Object.fromEntries(container.env.map(({ name }: Json) => [name, NAMESPACE]));
      const { cluster } = settingsFrom(container.args.slice(1), env);
      expect(cluster.namespace).toBe(NAMESPACE);
      expect(cluster.service).toBe(only(objects, 'Service').metadata.name);
      const { validatingConfiguration, mutatingConfiguration } = cluster.certificates;
      expect([validatingConfiguration, mutatingConfiguration]).toEqual(
        configurations.map(({ metadata }) => metadata.name),
      );
    });

    it('listen where the Service, the probes and the annotations look for them', () => {
      const { tlsPort, opsPort } = settingsFrom(container.args.slice(1));
      expect(container.ports).toEqual([
        { name: 'webhooks', containerPort: tlsPort },
        { name: 'ops', containerPort: opsPort },
      ]);
      // Probes and metrics are of one Pod: no Service shares them out.
      expect(only(objects, 'Service').spec.ports).toEqual([
        { name: 'webhooks', port: 443, targetPort: 'webhooks' },
      ]);
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
        expect(container[probe].httpGet.port, probe).toBe('ops');
      expect(pod.metadata.annotations).toMatchObject({ 'prometheus.io/port': String(opsPort) });
      const { ingress } = only(objects, 'NetworkPolicy').spec;
      expect(ingress.flatMap(({ ports }: Json) => ports.map(({ port }: Json) => port))).toEqual([
        tlsPort,
        opsPort,
      ]);
    });

    it('have more time to end than they take to drain', () => {
      const { drainSeconds } = settingsFrom(container.args.slice(1));
      expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(drainSeconds + 10);
    });

    it('may nothing that they need not', () => {
      expect(pod.spec).toMatchObject({
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        enableServiceLinks: false,
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod.spec[field]).toBeUndefined();
    });

    it('run as the user of the image', () => {
      const { runAsUser, runAsGroup } = pod.spec.securityContext;
      expect(readFileSync(pathOf('Dockerfile'), 'utf8')).toContain(`USER ${runAsUser}:${runAsGroup}`);
    });

    it('say how much memory they need and may take', () => {
      expect(container.resources).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
      // Throttled for a moment, a review would take longer than the API server waits.
      expect(container.resources.limits).not.toHaveProperty('cpu');
    });
  });

  describe('the rights', () => {
    const roles = objects.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
    const rules: Json[] = roles.flatMap((role) => role.rules);

    it('are for named objects, but for what cannot be named', () => {
      const rights = rules
        .filter(({ resourceNames }) => resourceNames === undefined)
        .flatMap(({ resources, verbs }) => resources.map((resource: string) => `${verbs} ${resource}`));
      const expected = [
        ...['namespaces', 'pods', ...workloads].map((resource) => `list,watch ${resource}`),
        'create,get,patch events',
        'create leases',
        ...(file === 'install.yaml' ? ['create secrets'] : []),
      ];
      expect(new Set(rights)).toEqual(new Set(expected));
      expect(rules.flatMap((rule) => Object.values(rule).flat())).not.toContain('*');
    });

    it('are to read the kinds whose use of images is followed', () => {
      const readable = rules.flatMap(({ apiGroups, resources, verbs }) =>
        String(verbs) === 'list,watch'
          ? resources.map((plural: string) => ({
              apiVersion: [...apiGroups, 'v1'].filter(Boolean).join('/'),
              plural,
            }))
          : [],
      );
      const followed = [...Object.values(workloadKinds), { apiVersion: 'v1', plural: 'namespaces' }];
      expect(new Set(readable)).toEqual(new Set(followed));
    });

    it('name the objects that are there', () => {
      const named = (resource: string): string[] =>
        rules.flatMap(({ resources, resourceNames }) =>
          resources.includes(resource) ? (resourceNames ?? []) : [],
        );
      expect(new Set(named('configmaps'))).toEqual(new Set(['image-config']));
      const { certificates, events } = settingsFrom(container.args.slice(1)).cluster;
      expect(named('leases')).toEqual([events.lease]);
      expect(named('secrets')).toEqual(file === 'install.yaml' ? [certificates.secret] : []);
      const ours = file === 'install.yaml' ? configurations.map(({ metadata }) => metadata.name) : [];
      expect([
        ...named('validatingwebhookconfigurations'),
        ...named('mutatingwebhookconfigurations'),
      ]).toEqual(ours);
    });

    it('are bound to the ServiceAccount of the Pods, and the reading of the catalog to everybody', () => {
      const account = only(objects, 'ServiceAccount').metadata;
      expect(pod.spec.serviceAccountName).toBe(account.name);
      const bindings = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
      expect(new Set(bindings.map(({ roleRef }) => roleRef.name))).toEqual(
        new Set(roles.map(({ metadata }) => metadata.name)),
      );
      expect(bindings).toHaveLength(roles.length);
      for (const { metadata, roleRef, subjects } of bindings) {
        expect(
          roles.find(({ kind, metadata: { name } }) => kind === roleRef.kind && name === roleRef.name),
        ).toBeDefined();
        expect(subjects).toEqual([
          metadata.name === 'image-config-reader'
            ? { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:authenticated' }
            : { kind: 'ServiceAccount', name: account.name, namespace: account.namespace },
        ]);
      }
    });

    it('each have their reason beside them', () => {
      const lines = manifestText(file).split('\n');
      const first = lines.flatMap((line, index) => (/^ {2}- apiGroups:/.test(line) ? [index] : []));
      expect(first).toHaveLength(rules.length);
      for (const index of first) expect(lines[index - 1], `line ${index + 1}`).toMatch(/^ {2}# \w/);
    });
  });
});

describe('install-cert-manager.yaml', () => {
  const objects = manifest('install-cert-manager.yaml');
  const authority = only(objects, 'Certificate', 'image-config-admission-ca');
  const serving = only(objects, 'Certificate', 'image-config-admission');

  it('gives the webhooks the authority, which stays when the serving certificate is renewed', () => {
    for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'])
      expect(only(objects, kind).metadata.annotations).toEqual({
        'cert-manager.io/inject-ca-from': `${NAMESPACE}/${authority.metadata.name}`,
      });
    expect(authority.spec).toMatchObject({
      isCA: true,
      issuerRef: { name: 'image-config-admission-selfsigned' },
      privateKey: { rotationPolicy: 'Never' },
    });
    const issuer = only(objects, 'Issuer', serving.spec.issuerRef.name);
    expect(issuer.spec).toEqual({ ca: { secretName: authority.spec.secretName } });
  });

  it('gives the Pods the serving pair, for the name by which the Service is called', () => {
    const { name, namespace } = only(objects, 'Service').metadata;
    expect(serving.spec.dnsNames).toContain(`${name}.${namespace}.svc`);
    const { spec } = only(objects, 'Deployment').spec.template;
    expect(spec.volumes).toEqual([
      { name: 'certificates', secret: { secretName: serving.spec.secretName, defaultMode: 0o440 } },
    ]);
    const [{ mountPath }] = spec.containers[0].volumeMounts;
    expect(settingsFrom(spec.containers[0].args.slice(1)).certDir).toBe(mountPath);
  });

  it('lets no serving certificate outlive the authority that signed it', () => {
    const hours = (text: string) => Number(text.replace('h', ''));
    expect(hours(authority.spec.renewBefore)).toBeGreaterThan(hours(serving.spec.duration));
  });
});

describe('the check of field names', () => {
  it('finds a misspelt one, however deep', () => {
    const deployment = structuredClone(only(manifest('install.yaml'), 'Deployment'));
    deployment.spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem = true;
    deployment.spec.template.spec.containers[0].env[0].valueFrom.field = {};
    expect([...unknownFields(deployment)]).toEqual([
      'Deployment/image-config-admission.spec.template.spec.containers[0].env[0].valueFrom.field',
      'Deployment/image-config-admission.spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem',
    ]);
  });
});

describe('the templates of the chart', () => {
  it('have one object each, and the name of its kind', () => {
    const files = readdirSync(pathOf('manifests/chart/templates')).filter((file) => file.endsWith('.yaml'));
    for (const file of files) {
      const text = readFileSync(pathOf(`manifests/chart/templates/${file}`), 'utf8');
      const kinds = [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind = '']) => kind.toLowerCase());
      expect(kinds, file).toEqual([file.replace(/[-.].*$/, '')]);
    }
  });
});

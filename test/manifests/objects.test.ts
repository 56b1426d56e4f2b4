import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { workloadKinds } from '../../src/catalog/kubernetes-objects.ts';
import { historyConfigMap } from '../../src/settings.ts';
import type { Json } from '../support/reviews.ts';
import { settingsFrom } from '../support/serve-settings.ts';
import { unknownFields } from './field-names.ts';
import { findHelm, manifest, manifestText, only, pathOf, rendered, renderInto } from './manifests.ts';

const NAMESPACE = 'image-config-admission';
const certManagerKinds = ['Issuer', 'Certificate'];
const workloads = ['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'jobs', 'cronjobs'];

describe.skipIf(findHelm() === undefined)('the rendered manifests', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rendered-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each(rendered)('%s equals the output of scripts/render-manifests.mjs', (file) => {
    renderInto(directory);
    expect(manifestText(file)).toBe(readFileSync(join(directory, file), 'utf8'));
  });
});

describe.each(rendered)('%s', (file) => {
  const objects = manifest(file);
  const deployment = only(objects, 'Deployment');
  const pod = deployment.spec.template;
  const [container] = pod.spec.containers;
  const configurations = objects.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
  const webhooks: Json[] = configurations.flatMap((configuration) => configuration.webhooks);

  it('has only fields of the Kubernetes API', () => {
    const ofKubernetes = objects.filter(({ kind }) => !certManagerKinds.includes(kind));
    expect(ofKubernetes.flatMap((object) => [...unknownFields(object)])).toEqual([]);
  });

  it('has each object once, in its own namespace, in tf-public, or without a namespace', () => {
    const places = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set([undefined, NAMESPACE, 'tf-public']),
    );
    // tf-public has the catalog: deleting our manifests must not delete it.
    const namespaces = objects
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata }) => metadata.name);
    expect(namespaces).toEqual([NAMESPACE]);
  });

  it('has the webhook configurations last, after the Deployment that answers them', () => {
    expect(objects.slice(-2)).toEqual(configurations);
    expect(configurations.map(({ metadata }) => metadata.name)).toEqual([NAMESPACE, `zz-${NAMESPACE}`]);
  });

  it('has the fields that kubectl and the API server would add: annotations of each object, and the apiVersion of each fieldRef', () => {
    // A field that only one of two ways to apply has is a difference, or a conflict, for the other.
    for (const { metadata } of objects) expect(metadata).toHaveProperty('annotations');
    const references = container.env.map(({ valueFrom }: Json) => valueFrom.fieldRef);
    expect(references).toEqual([{ apiVersion: 'v1', fieldPath: 'metadata.namespace' }]);
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
      '%s is called through the Service, only in version v1, without side effects',
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
        // The program or cert-manager writes it, and applying the manifests again must not remove it.
        expect(webhook.clientConfig).not.toHaveProperty('caBundle');
      },
    );

    it.each(webhooks.map((webhook): [string, Json] => [webhook.name, webhook]))(
      '%s never covers the namespaces that it could take down, whatever their labels are',
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

    it('cover the catalog in its namespace, and Pods and workloads in those of tools', () => {
      const tool = { 'kubernetes.io/metadata.name': 'tool-wikibugs', name: 'tool-wikibugs', tenancy: 'tool' };
      const publicOne = { 'kubernetes.io/metadata.name': 'tf-public' };
      const covered = (labels: Record<string, string>) =>
        webhooks.map(({ namespaceSelector }) => selects(namespaceSelector, labels));
      expect(covered(publicOne)).toEqual([true, false, false, false, false]);
      expect(covered(tool)).toEqual([false, true, true, true, true]);
    });

    it('select the namespaces of tools by the same label as the program', () => {
      const labels = webhooks.slice(1).map(({ namespaceSelector }) => namespaceSelector.matchLabels);
      const { args } = objects.find(({ kind }) => kind === 'Deployment').spec.template.spec.containers[0];
      expect(args).toContain('--tool-selector=tenancy=tool');
      expect(labels).toEqual(labels.map(() => ({ tenancy: 'tool' })));
    });

    it('cover no resource that a cluster needs to run', () => {
      const covered = webhooks.map(({ rules }) => rules.flatMap((rule: Json) => rule.resources));
      const pods = ['pods', 'pods/ephemeralcontainers'];
      expect(covered).toEqual([['configmaps'], workloads, ['pods'], pods, pods]);
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

    it('have a path of their own for Pods that the API server may send a second time', () => {
      const { webhooks: ofPods } = only(objects, 'MutatingWebhookConfiguration');
      const paths = ofPods.map(({ clientConfig }: Json) => clientConfig.service.path);
      expect(paths).toEqual(['/mutate-pods', '/mutate-pods', '/mutate-pods/short-names']);
    });

    it('have no objectSelector, since a user can write the labels of an object', () => {
      expect(webhooks.filter((webhook) => webhook.objectSelector)).toEqual([]);
    });
  });

  describe('the Pods', () => {
    const labels = pod.metadata.labels;

    it('are selected by Deployment, Service, PodDisruptionBudget, NetworkPolicy and topology constraints', () => {
      expect(selects(deployment.spec.selector, labels)).toBe(true);
      expect(selects({ matchLabels: only(objects, 'Service').spec.selector }, labels)).toBe(true);
      expect(selects(only(objects, 'PodDisruptionBudget').spec.selector, labels)).toBe(true);
      expect(selects(only(objects, 'NetworkPolicy').spec.podSelector, labels)).toBe(true);
      for (const { labelSelector } of pod.spec.topologySpreadConstraints)
        expect(selects(labelSelector, labels)).toBe(true);
    });

    it('are two, and a rolling update keeps two ready', () => {
      expect(deployment.spec).toMatchObject({
        replicas: 2,
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      });
    });

    it('run the verb serve with known options', () => {
      const [verb, ...args] = container.args;
      expect(verb).toBe('serve');
      expect(() => settingsFrom(args)).not.toThrow();
    });

    it('have the namespace, the Service and the configurations in their settings', () => {
      const env = Object.fromEntries(container.env.map(({ name }: Json) => [name, NAMESPACE]));
      const { cluster } = settingsFrom(container.args.slice(1), env);
      expect(cluster.namespace).toBe(NAMESPACE);
      expect(cluster.service).toBe(only(objects, 'Service').metadata.name);
      const { validatingConfiguration, mutatingConfiguration } = cluster.certificates;
      expect([validatingConfiguration, mutatingConfiguration]).toEqual(
        configurations.map(({ metadata }) => metadata.name),
      );
    });

    it('listen on the ports of the Service, the probes, the annotations and the NetworkPolicy', () => {
      const { tlsPort, opsPort } = settingsFrom(container.args.slice(1));
      expect(container.ports).toEqual([
        { name: 'webhooks', containerPort: tlsPort },
        { name: 'ops', containerPort: opsPort },
      ]);
      // Probes and metrics belong to one Pod, so the Service does not have their port.
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

    it('have a longer grace period than they need to drain', () => {
      const { drainSeconds } = settingsFrom(container.args.slice(1));
      expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(drainSeconds + 10);
    });

    it('run as non-root, read-only, without capabilities and without the host namespaces', () => {
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

    it('have requests, and a limit of memory only', () => {
      expect(container.resources).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
      // Without a CPU limit: a throttled review could take longer than the API server waits.
      expect(container.resources.limits).not.toHaveProperty('cpu');
    });
  });

  describe('the rights', () => {
    const roles = objects.filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
    const rules: Json[] = roles.flatMap((role) => role.rules);

    it('are for named objects, except where RBAC cannot restrict by name', () => {
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

    it('cover the kinds of workloads whose images the program counts', () => {
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

    it('name existing objects', () => {
      const named = (resource: string): string[] =>
        rules.flatMap(({ resources, resourceNames }) =>
          resources.includes(resource) ? (resourceNames ?? []) : [],
        );
      expect(new Set(named('configmaps'))).toEqual(new Set(['image-config', historyConfigMap.name]));
      const { certificates, events } = settingsFrom(container.args.slice(1)).cluster;
      expect(named('leases')).toEqual([events.lease]);
      expect(named('secrets')).toEqual(file === 'install.yaml' ? [certificates.secret] : []);
      const ours = file === 'install.yaml' ? configurations.map(({ metadata }) => metadata.name) : [];
      expect([
        ...named('validatingwebhookconfigurations'),
        ...named('mutatingwebhookconfigurations'),
      ]).toEqual(ours);
    });

    it('let the program read and update the history that the chart creates, without data and to be kept', () => {
      const { name } = historyConfigMap;
      const { data, metadata } = only(objects, 'ConfigMap', name);
      expect(data).toBeUndefined();
      expect(metadata).toMatchObject({
        namespace: NAMESPACE,
        annotations: { 'helm.sh/resource-policy': 'keep' },
      });
      const own = rules.filter(({ resourceNames }) => String(resourceNames) === name);
      expect(own.map(({ verbs }) => verbs)).toEqual([['get', 'update']]);
    });

    it('are bound to the ServiceAccount of the Pods, and the right to read the catalog to all authenticated users', () => {
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

    it('each have their reason in a comment', () => {
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

  it('injects the CA into the webhooks, which stays when the serving certificate is renewed', () => {
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

  it('mounts the serving pair, issued for the name of the Service', () => {
    const { name, namespace } = only(objects, 'Service').metadata;
    expect(serving.spec.dnsNames).toContain(`${name}.${namespace}.svc`);
    const { spec } = only(objects, 'Deployment').spec.template;
    expect(spec.volumes).toEqual([
      { name: 'certificates', secret: { secretName: serving.spec.secretName, defaultMode: 0o440 } },
    ]);
    const [{ mountPath }] = spec.containers[0].volumeMounts;
    expect(settingsFrom(spec.containers[0].args.slice(1)).certDir).toBe(mountPath);
  });

  it('renews the CA before a serving certificate that it signed could outlive it', () => {
    const hours = (text: string) => Number(text.replace('h', ''));
    expect(hours(authority.spec.renewBefore)).toBeGreaterThan(hours(serving.spec.duration));
  });
});

describe('the check of field names', () => {
  it('finds a misspelt field at any depth', () => {
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
  it('have one object each, and are named by its kind', () => {
    const files = readdirSync(pathOf('manifests/chart/templates')).filter((file) => file.endsWith('.yaml'));
    for (const file of files) {
      const text = readFileSync(pathOf(`manifests/chart/templates/${file}`), 'utf8');
      const kinds = [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind = '']) => kind.toLowerCase());
      expect(kinds, file).toEqual([file.replace(/[-.].*$/, '')]);
    }
  });
});

/** Whether a label selector of Kubernetes selects what has these labels. An empty selector selects everything. */
function selects(selector: Json, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression: Json) => holds(expression, labels));
}

function holds({ key, operator, values }: Json, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new Error(`a label selector has no operator ${operator}`);
  }
}

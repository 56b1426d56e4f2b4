import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { manifest, manifestText, only, pathOf, rendered } from '../manifests/manifests.ts';
import type { Json } from '../support/reviews.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf, until } from './support/api.ts';
import { succeeds } from './support/commands.ts';

/*
 * Whether the API server accepts the shipped objects, whether Pod Security admits the Pods, what the rights allow, and what upgrades
 * and an uninstall leave behind. Nothing runs in these Pods.
 */

const controlPlane = attachControlPlane(inject('site'));
const kubectl: typeof controlPlane.kubectl = (args, options) => controlPlane.kubectl(args, options);
const helm: typeof controlPlane.helm = (args, options) => controlPlane.helm(args, options);
const request: typeof controlPlane.request = (path, options) => controlPlane.request(path, options);
const api = apiOf(controlPlane);
const NAMESPACE = 'image-config-admission';
const CHART = pathOf('manifests/chart');

const TWO_POD_WEBHOOKS = readFileSync(pathOf('test/control-plane/support/two-pod-webhooks.yaml'), 'utf8');

const configurations = '/apis/admissionregistration.k8s.io/v1';
const VALIDATING = `${configurations}/validatingwebhookconfigurations/image-config-admission`;
const MUTATING = `${configurations}/mutatingwebhookconfigurations/zz-image-config-admission`;

const deleteNamespace = async (name: string): Promise<void> => {
  await succeeds(kubectl(['delete', 'namespace', name, '--ignore-not-found', '--timeout=60s']));
};

beforeAll(async () => {
  await succeeds(kubectl(['create', 'namespace', 'tf-public']));
  await succeeds(kubectl(['apply', '--server-side', ...certManagerCrds().flatMap((crd) => ['-f', crd])]));
  await until(
    async () => (await kubectl(['get', 'certificates,issuers', '-A'])).code === 0,
    "the API server to serve cert-manager's kinds",
  );
});

afterAll(async () => {
  await succeeds(kubectl(['delete', ...certManagerCrds().flatMap((crd) => ['-f', crd])]));
  await deleteNamespace('tf-public');
});

describe.each(rendered)('%s', (file) => {
  beforeAll(() => api.createNamespace(NAMESPACE, only(manifest(file), 'Namespace').metadata.labels));
  afterAll(() => deleteNamespace(NAMESPACE));

  it('is accepted by the API server without a warning and without an unknown field', async () => {
    const { code, stdout, stderr } = await kubectl(
      ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'],
      { stdin: manifestText(file) },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(manifest(file).length);
  });

  it('has Pods that Pod Security "restricted" admits', async () => {
    await apply(file, ['ServiceAccount']);
    const { metadata, spec } = only(manifest(file), 'Deployment').spec.template;
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`;
    await api.create(pods, { metadata: { generateName: 'shipped-', ...metadata }, spec });

    // Proof that Pod Security is on: it refuses a Pod with more capabilities.
    const weaker = structuredClone(spec);
    delete weaker.containers[0].securityContext.capabilities;
    expect(await api.refused(pods, { metadata: { generateName: 'weaker-' }, spec: weaker })).toContain(
      'violates PodSecurity "restricted:latest"',
    );
  });
});

describe('RBAC', () => {
  interface Subject {
    readonly user: string;
    readonly groups: readonly string[];
  }
  const program: Subject = {
    user: `system:serviceaccount:${NAMESPACE}:${NAMESPACE}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${NAMESPACE}`, 'system:authenticated'],
  };
  const tool: Subject = { user: 'wikibugs', groups: ['toolforge', 'system:authenticated'] };
  const anonymous: Subject = { user: 'system:anonymous', groups: ['system:unauthenticated'] };
  const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

  const groups: Record<string, string> = {
    deployments: 'apps',
    cronjobs: 'batch',
    leases: 'coordination.k8s.io',
    validatingwebhookconfigurations: 'admissionregistration.k8s.io',
    mutatingwebhookconfigurations: 'admissionregistration.k8s.io',
  };

  /** The verbs that a subject may use on `resource` or `resource/name`. */
  const verbsOf = async (subject: Subject, what: string, namespace: string): Promise<string[]> => {
    const [resource = '', name = ''] = what.split('/');
    const group = groups[resource] ?? '';
    const answers = await Promise.all(
      all.map((verb) =>
        api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
          spec: { ...subject, resourceAttributes: { verb, group, resource, name, namespace } },
        }),
      ),
    );
    return all.filter((_, index) => answers[index].status.allowed);
  };
  const install = async (file: (typeof rendered)[number]) => {
    await api.createNamespace(NAMESPACE);
    await apply(file, rbac);
  };
  const uninstall = async (file: (typeof rendered)[number]) => {
    await succeeds(kubectl(['delete', '-f', '-'], { stdin: part(file, rbac) }));
    await deleteNamespace(NAMESPACE);
  };
  /** The same for both kinds of certificates. `default` stands for every namespace: RBAC makes no difference. */
  const ofUsage: [string, string, string[]][] = [
    ['namespaces', '', ['list', 'watch']],
    ['pods', 'default', ['list', 'watch']],
    ['pods/any', 'default', ['list', 'watch']],
    ['deployments', 'default', ['list', 'watch']],
    ['cronjobs', 'default', ['list', 'watch']],
    ['events', 'default', ['get', 'create', 'patch']],
    ['events', 'tf-public', ['get', 'create', 'patch']],
    ['leases/image-config-admission-events', NAMESPACE, ['get', 'create', 'update']],
    ['leases/another', NAMESPACE, ['create']],
    ['leases', 'kube-system', []],
    ['configmaps/image-config-admission-history', NAMESPACE, ['get', 'update']],
    ['configmaps/image-config-admission-history', 'tf-public', []],
    ['configmaps', NAMESPACE, []],
  ];
  const rbac = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];

  describe('with managed certificates,', () => {
    beforeAll(() => install('install.yaml'));
    afterAll(() => uninstall('install.yaml'));

    it.each([
      ['configmaps/image-config', 'tf-public', ['get', 'list', 'watch']],
      ['configmaps/another', 'tf-public', []],
      ['configmaps', 'tf-public', []],
      ['secrets', 'tf-public', []],
      [
        'secrets/image-config-admission-certificates',
        NAMESPACE,
        ['get', 'list', 'watch', 'create', 'update'],
      ],
      ['secrets/another', NAMESPACE, ['create']],
      ['secrets', NAMESPACE, ['create']],
      ['secrets', 'kube-system', []],
      ['validatingwebhookconfigurations/image-config-admission', '', ['get', 'list', 'watch', 'patch']],
      ['mutatingwebhookconfigurations/zz-image-config-admission', '', ['get', 'list', 'watch', 'patch']],
      ['validatingwebhookconfigurations/zz-image-config-admission', '', []],
      ['mutatingwebhookconfigurations/image-config-admission', '', []],
      ['mutatingwebhookconfigurations', '', []],
      ...ofUsage,
    ])('the verbs of the program on %s in "%s" are %j', async (what, namespace, expected) => {
      expect(await verbsOf(program, what, namespace)).toEqual(expected);
    });

    it('the program can list the catalog only by its name', async () => {
      const list = ['get', 'configmaps', '-n', 'tf-public', `--as=${program.user}`];
      expect(await kubectl([...list, '--field-selector=metadata.name=image-config'])).toMatchObject({
        code: 0,
      });
      expect(await kubectl(list)).toMatchObject({ code: 1, stderr: expect.stringContaining('forbidden') });
    });

    it.each([
      ['configmaps/image-config', ['get', 'list', 'watch']],
      ['configmaps/another', []],
      ['configmaps', []],
      ['secrets', []],
      ['events', []],
    ])('the verbs of an authenticated user on %s in tf-public are %j', async (what, expected) => {
      expect(await verbsOf(tool, what, 'tf-public')).toEqual(expected);
    });

    it('an anonymous user has no verbs', async () => {
      expect(await verbsOf(anonymous, 'configmaps/image-config', 'tf-public')).toEqual([]);
    });
  });

  describe('with cert-manager,', () => {
    beforeAll(() => install('install-cert-manager.yaml'));
    afterAll(() => uninstall('install-cert-manager.yaml'));

    it.each([
      ['configmaps/image-config', 'tf-public', ['get', 'list', 'watch']],
      ['secrets', NAMESPACE, []],
      ['secrets/image-config-admission-certificates', NAMESPACE, []],
      ['validatingwebhookconfigurations/image-config-admission', '', []],
      ['mutatingwebhookconfigurations/zz-image-config-admission', '', []],
      ...ofUsage,
    ])('the verbs of the program on %s in "%s" are %j', async (what, namespace, expected) => {
      expect(await verbsOf(program, what, namespace)).toEqual(expected);
    });
  });
});

describe('the chart', () => {
  const release = ['image-config-admission', CHART, '-n', NAMESPACE, '--set-string', 'image.tag=0.2.0'];
  const caBundles = async (): Promise<string[]> => {
    const both: Json[] = [await api.get(VALIDATING), await api.get(MUTATING)];
    return both.flatMap(({ webhooks }) =>
      webhooks.map(({ clientConfig }: Json) => clientConfig.caBundle ?? ''),
    );
  };
  /** As the program writes them. Any PEM will do for the API server. */
  const writeCaBundles = async (): Promise<void> => {
    for (const path of [VALIDATING, MUTATING]) {
      const { webhooks } = await api.get(path);
      const body = webhooks.map((_: unknown, index: number) => ({
        op: 'add',
        path: `/webhooks/${index}/clientConfig/caBundle`,
        value: controlPlane.caData,
      }));
      const contentType = 'application/json-patch+json';
      expect(await request(path, { method: 'PATCH', body, contentType })).toMatchObject({ status: 200 });
    }
  };
  const written = (): string[] => Array(5).fill(controlPlane.caData);

  afterEach(async () => {
    await helm(['uninstall', 'image-config-admission', '-n', NAMESPACE, '--ignore-not-found', '--wait']);
    await kubectl(['delete', '--ignore-not-found', '--timeout=60s', '-f', '-'], {
      stdin: manifestText('install.yaml'),
    });
    await deleteNamespace(NAMESPACE);
  });

  it('keeps written caBundles when helm upgrades, also to other values', async () => {
    await succeeds(helm(['install', ...release, '--create-namespace']));
    expect(await caBundles()).toEqual(['', '', '', '', '']);
    await writeCaBundles();
    expect(await caBundles()).toEqual(written());
    await succeeds(
      helm(['upgrade', ...release, '--set', 'podWebhooks.timeoutSeconds=2', '--set', 'replicas=3']),
    );
    expect((await api.get(MUTATING)).webhooks[0].timeoutSeconds).toBe(2);
    expect(await caBundles()).toEqual(written());
  });

  it.each([
    ['kubectl apply', ['apply']],
    ['server-side apply', ['apply', '--server-side']],
  ])('keeps written caBundles when the rendered manifests are applied again: %s', async (_, apply) => {
    const stdin = manifestText('install.yaml');
    await succeeds(kubectl([...apply, '-f', '-'], { stdin }));
    await writeCaBundles();
    await succeeds(
      kubectl([...apply, '-f', '-'], { stdin: stdin.replaceAll('timeoutSeconds: 3', 'timeoutSeconds: 2') }),
    );
    expect((await api.get(MUTATING)).webhooks[0].timeoutSeconds).toBe(2);
    expect(await caBundles()).toEqual(written());
  });

  it.each<[string, (manifests: string) => Promise<unknown>]>([
    ['kubectl apply', (stdin) => succeeds(kubectl(['apply', '-f', '-'], { stdin }))],
    ['server-side apply', (stdin) => succeeds(kubectl(['apply', '--server-side', '-f', '-'], { stdin }))],
    ['helm', () => succeeds(helm(['install', ...release, '--create-namespace']))],
  ])(
    'can be replaced by the rendered manifests without a conflict or a difference after: %s',
    async (_, install) => {
      const stdin = manifestText('install.yaml');
      await install(stdin);
      await writeCaBundles();
      for (const apply of [['apply'], ['apply', '--server-side'], ['apply']]) {
        await succeeds(kubectl([...apply, '-f', '-'], { stdin }));
        expect(await kubectl(['diff', '--server-side', '-f', '-'], { stdin })).toMatchObject({
          code: 0,
          stdout: '',
          stderr: '',
        });
        expect(await caBundles()).toEqual(written());
      }
    },
  );

  it('has no difference from the objects that helm has installed', async () => {
    await succeeds(helm(['install', ...release, '--create-namespace']));
    await writeCaBundles();
    const stdin = await succeeds(helm(['get', 'manifest', 'image-config-admission', '-n', NAMESPACE]));
    expect(await kubectl(['diff', '--server-side', '-f', '-'], { stdin })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  /** The webhooks of Pods in order: name, whether it has a caBundle, and its number of conditions. */
  const podWebhooks = async (): Promise<[string, boolean, number][]> =>
    (await api.get(MUTATING)).webhooks.map(({ name, clientConfig, matchConditions = [] }: Json) => [
      name.split('.', 1)[0],
      clientConfig.caBundle !== undefined,
      matchConditions.length,
    ]);

  it.each([
    ['kubectl apply', ['apply']],
    ['server-side apply', ['apply', '--server-side']],
  ])(
    'keeps order and caBundles when it replaces the version with two webhooks for Pods: %s',
    async (_, apply) => {
      const stdin = manifestText('install.yaml');
      await succeeds(kubectl([...apply, '-f', '-'], { stdin: `${stdin}---\n${TWO_POD_WEBHOOKS}` }));
      await writeCaBundles();
      expect(await podWebhooks()).toEqual([
        ['images', true, 3],
        ['short-names', true, 2],
      ]);
      await succeeds(kubectl([...apply, '-f', '-'], { stdin }));
      expect(await podWebhooks()).toEqual([
        ['images', true, 0],
        ['changes', false, 3],
        ['short-names', true, 2],
      ]);
    },
  );

  it('keeps order and caBundles when helm upgrades from one webhook for Pods, and back', async () => {
    const skipping = ['--set', 'podWebhooks.byUrl=skip'];
    await succeeds(helm(['install', ...release, '--create-namespace', ...skipping]));
    await writeCaBundles();
    expect(await podWebhooks()).toEqual([['short-names', true, 2]]);
    await succeeds(helm(['upgrade', ...release]));
    expect(await podWebhooks()).toEqual([
      ['images', false, 0],
      ['changes', false, 3],
      ['short-names', true, 2],
    ]);
    await succeeds(helm(['upgrade', ...release, ...skipping]));
    expect(await podWebhooks()).toEqual([['short-names', true, 2]]);
  });

  it.each(readdirSync(pathOf('test/fixtures/chart-values')))(
    'upgrades a release that has the values of an earlier chart with --reuse-values: %s',
    async (values) => {
      await using earlier = await temporaryDirectory();
      cpSync(CHART, earlier.path, { recursive: true });
      rmSync(join(earlier.path, 'values.schema.json'));
      copyFileSync(pathOf(`test/fixtures/chart-values/${values}`), join(earlier.path, 'values.yaml'));
      const [name = '', chart = '', ...options] = release;
      const own = ['--set', 'replicas=3'];
      await succeeds(helm(['install', name, earlier.path, ...options, '--create-namespace', ...own]));
      await writeCaBundles();
      await succeeds(helm(['upgrade', name, chart, '-n', NAMESPACE, '--reuse-values']));
      const { spec } = await api.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${NAMESPACE}`);
      expect(spec.replicas).toBe(3);
      expect(spec.template.spec.containers[0].image).toBe('image-config-admission:0.2.0');
      expect(await caBundles()).toEqual(written());
    },
  );

  it('prints the next steps at install', async () => {
    const notes = await succeeds(helm(['install', ...release, '--create-namespace', '--dry-run=server']));
    expect(notes).toContain(`kubectl -n ${NAMESPACE} rollout status deployment/image-config-admission`);
    expect(notes).not.toContain('NO IMAGE');
    const [name = '', chart = '', ...rest] = release.slice(0, 4);
    expect(
      await succeeds(helm(['install', name, chart, ...rest, '--create-namespace', '--dry-run=server'])),
    ).toContain('NO IMAGE');
  });

  it('leaves nothing behind that blocks requests when it is uninstalled', async () => {
    await succeeds(helm(['install', ...release, '--create-namespace']));
    await until(async () => {
      const pods = await api.get(`/api/v1/namespaces/${NAMESPACE}/pods`);
      return pods.items.length === 2;
    }, 'its Pods');
    await succeeds(helm(['uninstall', 'image-config-admission', '-n', NAMESPACE]));
    expect(await request(VALIDATING)).toMatchObject({ status: 404 });
    expect(await request(MUTATING)).toMatchObject({ status: 404 });
    const kinds =
      'clusterroles,clusterrolebindings,roles,rolebindings,deployments,services,networkpolicies,poddisruptionbudgets';
    const left = ['get', kinds, '-A', '-l', `app.kubernetes.io/name=${NAMESPACE}`, '-o', 'name'];
    expect(await succeeds(kubectl(left))).toBe('');
    await succeeds(kubectl(['create', 'configmap', 'image-config', '-n', 'tf-public']));
    await succeeds(kubectl(['delete', 'configmap', 'image-config', '-n', 'tf-public']));
  });

  it('cannot be installed as a second release', async () => {
    await succeeds(helm(['install', ...release, '--create-namespace']));
    const [, ...chart] = release;
    const second = await helm(['install', 'second', ...chart]);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('invalid ownership metadata') });
  });
});

/** The objects of some kinds of a file, as one document. */
const part = (file: (typeof rendered)[number], kinds: readonly string[]): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: manifest(file).filter(({ kind }) => kinds.includes(kind)),
  });

async function apply(file: (typeof rendered)[number], kinds: readonly string[]): Promise<void> {
  await succeeds(kubectl(['apply', '-f', '-'], { stdin: part(file, kinds) }));
}

/** Paths of the CustomResourceDefinitions that the chart uses, from cert-manager's own Go module: its images cannot run here. */
function certManagerCrds(): string[] {
  const module = fileURLToPath(new URL('tools/cert-manager', import.meta.url));
  const found = execFileSync('go', ['mod', 'download', '-json', 'github.com/cert-manager/cert-manager'], {
    cwd: module,
    env: { ...process.env, GOFLAGS: '', GOWORK: 'off' },
    encoding: 'utf8',
  });
  const { Dir: directory }: { Dir: string } = JSON.parse(found);
  return ['certificates', 'issuers'].map((name) =>
    join(directory, 'deploy', 'crds', `cert-manager.io_${name}.yaml`),
  );
}

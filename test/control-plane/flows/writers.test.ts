import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HOST } from '../../support/catalog.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { renderCommand } from '../../support/transcript.ts';
import { type CommandResult, run } from '../control-plane/command.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CATALOG, CONFIG_MAPS, configMap, KEY } from '../support/catalog.ts';
import { succeeds } from '../support/commands.ts';
import { type Installed, install } from '../support/installed.ts';

/*
 * The output of a denial for each way to write the catalog or a Pod. catalog-edits.test.ts has apply, server-side apply, create,
 * delete and helm. kubectl, helm and the controllers print the error text of client-go as it is.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const TOOL = 'tool-writers';
const JOBS = 'app.kubernetes.io/managed-by=toolforge-jobs-framework';

const GOOD = `node18:
  state: stable
  variants:
    webservice:
      image: ${HOST}/toolforge-node18-sssd-web
      extra: {wstype: js}
python3.11:
  state: stable
  aliases: [tf-python311]
  variants:
    jobs-framework:
      image: ${HOST}/toolforge-python311-sssd-base
    webservice:
      image: ${HOST}/toolforge-python311-sssd-web
      extra: {wstype: python}
`;
const FAULTS = [
  ['state: stable', 'state: depreciated'],
  ['tf-python311', 'tf-python311, node18'],
] as const;
const BAD = FAULTS.reduce((text, [from, to]) => text.replace(from, to), GOOD);

let installed: Installed;
let files: Awaited<ReturnType<typeof temporaryDirectory>>;
const path = (name: string): string => join(files.path, name);
/** Writes a file into the directory where the commands run. */
const write = (name: string, text: string): void => writeFileSync(path(name), text);

beforeAll(async () => {
  files = await temporaryDirectory();
  write('images-v1.yaml', BAD);
  write('image-config.yaml', JSON.stringify(configMap(BAD)));
  installed = await install(controlPlane, { before: () => api.create(CONFIG_MAPS, configMap(GOOD)) });
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  const tried = `kubectl run x -n ${TOOL} --image=python3.11 --dry-run=server`;
  await until(async () => (await shell(tried)).code === 0, 'the catalog to be served');
});

afterAll(async () => {
  await succeeds(shell(`kubectl delete namespace ${TOOL} --ignore-not-found --wait=false`));
  await installed?.[Symbol.asyncDispose]();
  await files?.[Symbol.asyncDispose]();
});

/** Runs a line in bash, in the directory of the files. */
const shell = (line: string, more: Record<string, string> = {}): Promise<CommandResult> =>
  run(
    'bash',
    [
      '-c',
      `kubectl() { command '${controlPlane.site.programs.kubectl}' "$@"; }; cd '${files.path}'; set -o pipefail; ${line}`,
    ],
    {
      env: { PATH: process.env.PATH ?? '', HOME: files.path, KUBECONFIG: controlPlane.kubeconfig, ...more },
    },
  );

const shown = (line: string, { code, stdout, stderr }: CommandResult): string =>
  renderCommand(line, { exitCode: code, stdout: steady(stdout), stderr: steady(stderr) });

/** Replaces the parts that differ from run to run. */
const steady = (text: string): string =>
  text
    .replaceAll(/\/tmp\/kubectl-edit-\d+\.yaml/g, '/tmp/kubectl-edit-0.yaml')
    .replaceAll(/HTTPHeaderDict\(\{.*\}\)/g, 'HTTPHeaderDict({…})');

const expectTranscript = (name: string, about: string, ...parts: readonly string[]): Promise<void> =>
  expect([`${about}\n`, ...parts].join('\n')).toMatchFileSnapshot(`../../transcripts/cluster/${name}.txt`);

const stored = async (): Promise<string> => (await api.get(CATALOG)).data[KEY];

/** Each line is denied, names both faults and the way out once each, and leaves the catalog as it is. */
async function expectDeniedCatalog(name: string, about: string, ...lines: readonly string[]): Promise<void> {
  const parts: string[] = [];
  for (const line of lines) {
    const result = await shell(line);
    expect(result.code, result.stderr).not.toBe(0);
    expectSaidOnce(result.stderr + result.stdout);
    parts.push(shown(line, result));
  }
  expect(await stored()).toBe(GOOD);
  await expectTranscript(name, about, ...parts);
}

const DENIED = 'admission webhook "catalog.image-config.toolforge.org" denied the request: ';
const SAID = [
  DENIED,
  '2 errors in images-v1.yaml; nothing has been changed',
  'error alias-shadows-name',
  'error unknown-value',
  'image-config-admission explain CODE',
  'If exactly this text has to be stored all the same',
];

function expectSaidOnce(text: string): void {
  for (const part of SAID) expect(text.split(part), part).toHaveLength(2);
}

/** Replacements in a file below its comments, each text once. */
type Changes = readonly (readonly [from: string, to: string])[];

/** An editor that makes the next list of changes each time it is opened; after the last one it saves the file as it is. */
function editor(...sessions: readonly Changes[]) {
  const directory = mkdtempSync(path('editor-'));
  const program = `
    const fs = require('node:fs');
    const file = process.argv[2];
    const opened = fs.readdirSync('${directory}').length;
    fs.copyFileSync(file, '${directory}/' + opened);
    const [comments] = /^(#.*\\n)*/.exec(fs.readFileSync(file, 'utf8'));
    let text = fs.readFileSync(file, 'utf8').slice(comments.length);
    for (const [from, to] of ${JSON.stringify(sessions)}[opened] ?? [])
      text = text.replace(from, to);
    fs.writeFileSync(file, comments + text);`;
  write('editor.cjs', program);
  return {
    env: { KUBE_EDITOR: `'${process.execPath}' '${path('editor.cjs')}'` },
    /** The comments at the top of the file, for each time that the editor was opened. */
    comments: (): string[] =>
      readdirSync(directory)
        .sort()
        .map((name) => /^(?:#.*\n)*/.exec(readFileSync(join(directory, name), 'utf8'))?.[0].trimEnd() ?? ''),
  };
}

const reopened = (comments: string): string =>
  `The editor opens again; the file begins with:\n\n${comments}\n`;

describe('kubectl edit', () => {
  const line = 'kubectl edit configmap image-config -n tf-public';

  it('opens the editor again with all faults as comments, and stores the fixed file', async () => {
    const cancelled = editor(FAULTS);
    const first = await shell(line, cancelled.env);
    expect(await stored()).toBe(GOOD);
    expect(cancelled.comments()).toHaveLength(2);
    const [, comments = ''] = cancelled.comments();
    for (const part of SAID.slice(1)) expect(comments.split(part), part).toHaveLength(2);
    expect(comments).toContain('# * python3.11.aliases[1]: line 9, column 27: error alias-shadows-name\n');

    const fixed = editor(FAULTS, [
      ['depreciated', 'deprecated'],
      [', node18', ''],
    ]);
    const second = await shell(line, fixed.env);
    expect(second, second.stderr).toMatchObject({ code: 0 });
    expect(await stored()).toBe(GOOD.replace('stable', 'deprecated'));
    await api.merge(CATALOG, { data: { [KEY]: GOOD } });
    await expectTranscript(
      'edit',
      'An edit with two faults. The reopened file is closed without a change the first time, and fixed the second time.',
      shown(line, first),
      reopened(comments),
      shown(line, second),
    );
  });

  it('says that a ConfigMap is too large', async () => {
    // In another key: a review has six bytes for each of these characters, and the review of an update has them twice.
    await api.merge(CATALOG, { data: { notes: `${'<'.repeat(99)}\n`.repeat(7_500) } });
    const oversized = editor([['state: stable', 'state: deprecated']]);
    const result = await shell(line, oversized.env);
    const [, comments = ''] = oversized.comments();
    expect(comments).toContain('this object is too large for image-config-admission');
    await api.merge(CATALOG, { data: { notes: null } });
    const steadySize = (text: string) => text.replaceAll(/has \d{7} bytes/g, 'has 9000000 bytes');
    await expectTranscript(
      'edit-oversized',
      'Another key of the ConfigMap has 750 KB, so that the review of an update has more than 8 MiB.',
      shown(line, result),
      steadySize(reopened(comments)),
    );
  });
});

describe('kubectl prints the refusal of a catalog for', () => {
  it('create --dry-run piped to replace, since there is no `kubectl set data`', () =>
    expectDeniedCatalog(
      'replace',
      'kubectl has no command that sets the data of a ConfigMap; people use these two.',
      'kubectl create configmap image-config -n tf-public --from-file=images-v1.yaml --dry-run=client -o yaml | kubectl replace -f -',
    ));

  it('patch of each type', async () => {
    write('patch.yaml', JSON.stringify({ data: { [KEY]: BAD } }));
    write('patch.json', JSON.stringify([{ op: 'replace', path: `/data/${KEY}`, value: BAD }]));
    await expectDeniedCatalog(
      'patch',
      'A patch of each type.',
      'kubectl patch configmap image-config -n tf-public --patch-file patch.yaml',
      'kubectl patch configmap image-config -n tf-public --type merge --patch-file patch.yaml',
      'kubectl patch configmap image-config -n tf-public --type json --patch-file patch.json',
    );
  });

  it('diff, which calls the webhooks, too', () =>
    expectDeniedCatalog(
      'diff',
      'kubectl diff calls the webhooks by a dry run.',
      'kubectl diff -f image-config.yaml',
      'kubectl diff --server-side --force-conflicts -f image-config.yaml',
    ));

  it('apply -k, with the kustomize that kubectl has built in', async () => {
    mkdirSync(path('kustomize'));
    write('kustomize/images-v1.yaml', BAD);
    write(
      'kustomize/kustomization.yaml',
      [
        'namespace: tf-public',
        'generatorOptions: {disableNameSuffixHash: true}',
        'configMapGenerator: [{name: image-config, files: [images-v1.yaml]}]',
      ].join('\n'),
    );
    await expectDeniedCatalog(
      'kustomize',
      'kustomize generates the ConfigMap from a file.',
      'kubectl apply --server-side --force-conflicts -k kustomize',
    );
  });
});

describe('the refusal of a catalog for a client program', () => {
  it('is a Status with the whole text both as message and as causes', async () => {
    const answer = await controlPlane.request(CATALOG, {
      method: 'PATCH',
      body: { data: { [KEY]: BAD } },
      contentType: 'application/merge-patch+json',
    });
    expect(answer.status).toBe(422);
    const status = JSON.parse(answer.body);
    expect(Object.keys(status).sort()).toEqual([
      'apiVersion',
      'code',
      'details',
      'kind',
      'message',
      'metadata',
      'status',
    ]);
    await expectTranscript(
      'status',
      'The API server answers any client with HTTP 422 and this Status.',
      JSON.stringify(status, null, 2),
      '',
    );
  });

  it('is printed by Python’s kubernetes client', async () => {
    write(
      'edit.py',
      [
        'import sys',
        'from kubernetes import client, config',
        'config.load_kube_config()',
        'try:',
        '    body = {"data": {"images-v1.yaml": open("images-v1.yaml").read()}}',
        '    client.CoreV1Api().patch_namespaced_config_map("image-config", "tf-public", body)',
        'except client.ApiException as error:',
        '    sys.exit(str(error))',
      ].join('\n'),
    );
    const result = await shell(`${await pythonWithKubernetes()} edit.py`);
    expect(result, result.stderr).toMatchObject({ code: 1 });
    expect(result.stderr).toContain(DENIED.replaceAll('"', '\\"'));
    await expectTranscript(
      'python',
      'Python’s kubernetes client prints the whole Status: the message, and the same in its causes.',
      shown('python3 edit.py', result),
    );
  });
});

/** Throws where no Python has the module: .ci/run installs it. */
async function pythonWithKubernetes(): Promise<string> {
  for (const python of ['python3', '/usr/bin/python3'])
    if ((await shell(`${python} -c 'import kubernetes'`)).code === 0) return python;
  throw new Error(
    'neither python3 nor /usr/bin/python3 has the module kubernetes: apt-get install python3-kubernetes',
  );
}

describe('a denied Pod', () => {
  /** The webhook is `images` for a create, and `short-names` for an update. */
  const POD_DENIED = '.image-config.toolforge.org" denied the request: ';

  it('has its reason printed by kubectl run, apply, set image and edit', async () => {
    write(
      'pod.yaml',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', labels: Object.fromEntries([JOBS.split('=')]) },
        spec: { containers: [{ name: 'web', image: 'node18' }] },
      }),
    );
    const denied = async (line: string): Promise<string> => {
      const result = await shell(line);
      expect(result, result.stdout).toMatchObject({ code: 1 });
      expect(result.stderr.split(POD_DENIED), result.stderr).toHaveLength(2);
      return shown(line, result);
    };
    const parts = [
      await denied(`kubectl run web -n ${TOOL} --image=node18 --labels=${JOBS}`),
      await denied(`kubectl apply -n ${TOOL} -f pod.yaml`),
    ];
    await succeeds(shell(`kubectl run web -n ${TOOL} --image=python3.11 --labels=${JOBS}`));
    parts.push(
      await denied(`kubectl set image -n ${TOOL} pod/web web=node18`),
      await denied(`kubectl apply -n ${TOOL} -f pod.yaml`),
    );

    const line = `kubectl edit pod web -n ${TOOL}`;
    const edited = editor([[`image: ${HOST}/toolforge-python311-sssd-base:latest`, 'image: node18']]);
    const result = await shell(line, edited.env);
    const [, comments = ''] = edited.comments();
    expect(comments).toContain('# * spec.containers[0].image: container "web" asks for "node18", and ');
    await expectTranscript(
      'pods',
      'Pods of the jobs framework with an image that only webservice has: new Pods, and a running one that is changed.',
      ...parts,
      shown(line, result),
      reopened(comments),
    );
  });

  it('of a controller leads to an Event of the controller with the reason', async () => {
    const labels = { app: 'denied', ...Object.fromEntries([JOBS.split('=')]) };
    await api.create(`/apis/apps/v1/namespaces/${TOOL}/replicasets`, {
      metadata: { name: 'denied' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'denied' } },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'node18' }] } },
      },
    });
    const line = `kubectl get events -n ${TOOL} --field-selector reason=FailedCreate -o 'jsonpath={.items[0].message}'`;
    await until(async () => (await shell(line)).stdout !== '', 'the Event');
    const result = await shell(line);
    expect(result.stdout.split(POD_DENIED)).toHaveLength(2);
    await succeeds(shell(`kubectl delete replicaset denied -n ${TOOL}`));
    await expectTranscript('replica-set', 'A ReplicaSet whose Pods are denied.', shown(line, result));
  });
});

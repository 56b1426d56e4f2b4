import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { HOST } from '../../support/catalog.ts';
import { renderCommand } from '../../support/transcript.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf, until } from '../support/api.ts';
import { CONFIG_MAPS, configMap } from '../support/catalog.ts';
import { isRefused, succeeds } from '../support/commands.ts';
import { type Installed, install } from '../support/installed.ts';
import { createTool, type Tool } from '../support/workloads.ts';

/*
 * Edits that remove or change something in use, on the real API server, with real workloads.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);

const entry = (name: string, { aliases = [], repository, state = 'stable' }: Entry): string => `${name}:
  aliases: [${aliases.join(', ')}]
  image: ${HOST}/${repository}
  state: ${state}
  variants: {jobs-framework: {image: ${HOST}/${repository}}}
`;
interface Entry {
  readonly aliases?: readonly string[];
  readonly repository: string;
  readonly state?: string;
}

const PYTHON37: Entry = {
  aliases: ['tf-python37', 'py37'],
  repository: 'toolforge-python37',
  state: 'deprecated',
};
const NODE18: Entry = { aliases: ['tf-node18', 'tf-node18-unused'], repository: 'toolforge-node18' };
const catalog = (python37: Entry | undefined, node18: Entry = NODE18): string =>
  (python37 ? entry('python3.7', python37) : '') + entry('node18', node18);
const TODAY = catalog(PYTHON37);

/** A dry run, so that every test starts with the same catalog. */
const edit = (text: string, annotations?: Record<string, string>) =>
  controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', '-'], {
    stdin: JSON.stringify(configMap(text, annotations)),
  });

let installed: Installed;
let wikibugs: Tool;
let heritage: Tool;

beforeAll(async () => {
  installed = await install(controlPlane, { before: () => api.create(CONFIG_MAPS, configMap(TODAY)) });
  wikibugs = await createTool(api, 'guard-wikibugs');
  heritage = await createTool(api, 'guard-heritage');
  await wikibugs.deployment('web', `${HOST}/toolforge-python37:latest`, 2);
  await heritage.cronJob('hourly', 'tf-node18');
  await heritage.pod('shell', 'py37');
  await heritage.pod('old', `${HOST}/tf-node18:latest`);
  const [replica] = installed.replicas;
  await until(
    async () => (await replica?.series('entry_workloads{name="python3.7"}')) === 2,
    'the usage to be known',
  );
});

afterAll(async () => {
  for (const tool of [wikibugs, heritage]) await api.remove(`/api/v1/namespaces/${tool.namespace}`);
  await installed[Symbol.asyncDispose]();
});

describe('an edit is refused, and the message names the affected workloads,', () => {
  it('when it removes an entry: a Deployment with its Pods counts once', async () => {
    const refusal = await isRefused(edit(catalog(undefined)));
    expect(refusal).toContain('the name python3.7 is removed');
    expect(refusal).toContain(
      'in use by 2 workloads of 2 tools: tool-guard-heritage/Pod/shell, tool-guard-wikibugs/Deployment/web',
    );
    expect(refusal).toMatch(
      /image-config\.toolforge\.org\/acknowledge=python3\.7@[0-9a-f]{12} --overwrite\n?$/,
    );
    await expect(
      renderCommand('kubectl apply --server-side -f image-config.yaml', {
        exitCode: 1,
        stdout: '',
        stderr: refusal,
      }),
    ).toMatchFileSnapshot('../../transcripts/cluster/removal.txt');
  });

  it('when it renames an entry', async () => {
    const renamed = TODAY.replace('python3.7:\n', 'python37:\n');
    expect(await isRefused(edit(renamed))).toContain('in use by 2 workloads');
  });

  it('when it removes the alias with which a Pod was created', async () => {
    const refusal = await isRefused(edit(catalog({ ...PYTHON37, aliases: ['tf-python37'] })));
    expect(refusal).toContain('in use by 1 workload of 1 tool: tool-guard-heritage/Pod/shell');
  });

  it('when it removes an alias that a CronJob uses, and a Pod as the repository of a URL', async () => {
    const refusal = await isRefused(edit(catalog(PYTHON37, { ...NODE18, aliases: ['tf-node18-unused'] })));
    expect(refusal).toContain('tool-guard-heritage/CronJob/hourly, tool-guard-heritage/Pod/old');
  });

  it('when it moves an alias in use to another entry', async () => {
    const moved = catalog(
      { ...PYTHON37, aliases: ['tf-python37'] },
      { ...NODE18, aliases: [...(NODE18.aliases ?? []), 'py37'] },
    );
    expect(await isRefused(edit(moved))).toContain('error alias-moved');
  });

  it('when it changes the URL of a running image', async () => {
    const refusal = await isRefused(edit(catalog({ ...PYTHON37, repository: 'toolforge-python37-new' })));
    expect(refusal).toContain('error url-changed');
    expect(refusal).toContain('tool-guard-wikibugs/Deployment/web');
  });
});

describe('an edit passes', () => {
  it('with a warning when the removal is acknowledged', async () => {
    const { code, stderr } = await edit(catalog(undefined), {
      'image-config.toolforge.org/acknowledge': 'python3.7, tf-python37, py37',
    });
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('; it is acknowledged'),
    });
  });

  it('after the command at the end of the refusal, as long as the same text is stored', async () => {
    const refusal = await isRefused(edit(catalog(undefined)));
    const [, command = ''] = /\n {2}kubectl (annotate .*--overwrite)\n?$/.exec(refusal) ?? [];
    await succeeds(controlPlane.kubectl(command.split(' ')));
    const again = await edit(catalog(undefined));
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('; it is acknowledged') });

    const store = (text: string) =>
      succeeds(
        controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
          stdin: JSON.stringify(configMap(text)),
        }),
      );
    await store(`# Another edit.\n${TODAY}`);
    const [replica] = installed.replicas;
    const digest = digestOf(`# Another edit.\n${TODAY}`);
    await until(
      async () => (await replica?.series(`catalog_info{digest="${digest}"}`)) === 1,
      'the new text to be served',
    );
    expect(await isRefused(edit(catalog(undefined)))).toContain('it names another text than the stored one');
    await store(TODAY);
    await succeeds(
      controlPlane.kubectl([
        ...['annotate', '-n', 'tf-public', 'configmap/image-config'],
        'image-config.toolforge.org/acknowledge-',
      ]),
    );
    await until(
      async () => (await replica?.series(`catalog_info{digest="${digestOf(TODAY)}"}`)) === 1,
      'the old text to be served',
    );
  });

  it('with a warning when no workload uses a removed alias; it says that files such as jobs.yaml are not checked', async () => {
    const { code, stderr } = await edit(catalog(PYTHON37, { ...NODE18, aliases: ['tf-node18'] }));
    expect(code).toBe(0);
    expect(stderr).toContain('no use seen in the cluster');
    expect(stderr).toContain('jobs.yaml');
  });

  it('without a warning when it deprecates an entry in use: that is the first step of a removal', async () => {
    const { code, stderr } = await edit(catalog(PYTHON37, { ...NODE18, state: 'deprecated' }));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('once the last workload is gone', async () => {
    const tool = await createTool(api, 'guard-gone');
    const used = catalog(PYTHON37, { ...NODE18, aliases: ['tf-node18'] });
    await tool.pod('shell', 'tf-node18-unused');
    const refused = async () => (await edit(used)).code === 1;
    await until(refused, 'the Pod to be seen');
    await succeeds(
      controlPlane.kubectl(['delete', 'pod', 'shell', '-n', tool.namespace, '--grace-period=0', '--force']),
    );
    await until(async () => !(await refused()), 'the Pod to be forgotten');
    await api.remove(`/api/v1/namespaces/${tool.namespace}`);
  });
});

it('while the usage is unknown, an edit passes with a warning that says so', async () => {
  const binding = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/image-config-admission';
  const { roleRef, subjects, metadata } = await api.get(binding);
  await api.remove(binding);
  try {
    await installed.killAll();
    await installed.startReplica();
    const { code, stderr } = await edit(catalog(undefined));
    expect(code).toBe(0);
    expect(stderr).toContain('its use is not known here');
    expect(await installed.replicas[0]?.series('usage_known')).toBe(0);
  } finally {
    await api.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: metadata.name, labels: metadata.labels },
      roleRef,
      subjects,
    });
  }
  await until(async () => (await edit(catalog(undefined))).code === 1, 'the right to be back');
});

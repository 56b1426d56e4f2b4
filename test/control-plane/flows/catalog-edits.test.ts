import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { type ProblemCode, problemInfo } from '../../../src/catalog/problem.ts';
import type { Json } from '../../support/reviews.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { renderCommand } from '../../support/transcript.ts';
import type { CommandResult } from '../control-plane/command.ts';
import { attachControlPlane } from '../control-plane.ts';
import { apiOf } from '../support/api.ts';
import { CATALOG, CONFIG_MAPS, configMap, fixture, GOOD, KEY } from '../support/catalog.ts';
import { isRefused, succeeds } from '../support/commands.ts';
import { type Installed, install } from '../support/installed.ts';

/*
 * Edits of the catalog by kubectl and helm, while the program runs as it is shipped, and the messages of its refusals.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);

const bad = (code: string): string => fixture(`catalogs/bad/${code}.yaml`);
const SMALL = `python3.11:
  aliases: [tf-python311]
  image: docker-registry.svc.toolforge.org/toolforge-python311-sssd-web
  state: stable
  variants:
    webservice:
      image: docker-registry.svc.toolforge.org/toolforge-python311-sssd-web
      extra: {wstype: python}
`;
const ALIAS_TOO_MANY = GOOD.replace('  - tf-bullseye\n', '  - tf-bullseye\n  - toolforge-bookworm\n');
/** Stored before the program was installed, and refused by today's rules. */
const OLD = ALIAS_TOO_MANY.replace('  - toolforge-bullseye\n', '');

const kubectl = (line: string, text?: string, annotations?: Record<string, string>): Promise<CommandResult> =>
  controlPlane.kubectl(
    line.split(' '),
    text === undefined ? {} : { stdin: JSON.stringify(configMap(text, annotations)) },
  );
const apply = (text: string) => kubectl('apply -f -', text);
const applyOnServer = (text: string) =>
  kubectl('apply --server-side --force-conflicts --field-manager=admin -f -', text);

let installed: Installed;
let files: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  files = await temporaryDirectory();
  mkdirSync(join(files.path, 'image-config/templates'), { recursive: true });
  writeFileSync(
    join(files.path, 'image-config/Chart.yaml'),
    'apiVersion: v2\nname: image-config\nversion: 0.0.1\n',
  );
  writeFileSync(
    join(files.path, 'image-config/templates/configmap.yaml'),
    [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata: {name: image-config, namespace: tf-public}',
      'data:',
      `  ${KEY}: {{ .Values.catalog | toJson }}`,
    ].join('\n'),
  );
  installed = await install(controlPlane, {
    settings: ['--registries', 'docker-registry.tools.wmflabs.org,docker-registry.svc.toolforge.org'],
    before: () => succeeds(helm('install', OLD)),
  });
});

afterAll(async () => {
  await controlPlane.kubectl([
    'annotate',
    '-n',
    'tf-public',
    'configmap/image-config',
    ALLOW_DELETE,
    '--overwrite',
  ]);
  await installed?.[Symbol.asyncDispose]();
  await files?.[Symbol.asyncDispose]();
});

const ALLOW_DELETE = 'image-config.toolforge.org/allow-delete=true';

function helm(verb: 'install' | 'upgrade', text: string): Promise<CommandResult> {
  writeFileSync(join(files.path, 'images.yaml'), text);
  return controlPlane.helm([
    ...[verb, 'image-config', join(files.path, 'image-config'), '-n', 'tf-public'],
    ...['--set-file', `catalog=${join(files.path, 'images.yaml')}`],
  ]);
}

const stored = async (): Promise<string> => (await api.get(CATALOG)).data[KEY];

/** Stores a catalog in any case. */
async function store(text: string): Promise<void> {
  const { status } = await controlPlane.request(CATALOG);
  if (status === 200) await api.merge(CATALOG, { metadata: { annotations: null }, data: { [KEY]: text } });
  else await api.create(CONFIG_MAPS, configMap(text));
}

/** Waits until it is served and its usage is known: before that a refusal would say that the usage is not known. */
async function untilServed(text: string): Promise<void> {
  const series = (name: string) => installed.replicas[0]?.series(name);
  await expect.poll(() => series(`catalog_info{digest="${digestOf(text)}"}`), { timeout: 10_000 }).toBe(1);
  await expect.poll(() => series('usage_known'), { timeout: 10_000 }).toBe(1);
}

/** The kubectl arguments of the command at the end of a refusal. */
function commandIn(refusal: string): string {
  const command = /^ {2}kubectl (annotate .*)$/m.exec(refusal)?.[1];
  if (command === undefined) throw new Error(`there is no command in: ${refusal}`);
  return command;
}

const transcript = (name: string): string => `../../transcripts/cluster/${name}.txt`;
const shown = (line: string, { code, stdout, stderr }: CommandResult): string =>
  renderCommand(line, {
    exitCode: code,
    stdout,
    // helm logs warnings with a time.
    stderr: stderr.replaceAll(/^[IW]\d{4} [\d:.]+ +\d+ warnings/gm, 'W0000 00:00:00.000000       1 warnings'),
  });

describe('a helm release', () => {
  it('rolls back to a catalog older than the rules after the command that its refusal prints', async () => {
    // A release from before the webhooks can be upgraded …
    await succeeds(helm('upgrade', GOOD));
    await untilServed(GOOD);
    const rollback = () => controlPlane.helm(['rollback', 'image-config', '1', '-n', 'tf-public']);
    const first = await rollback();
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('error duplicate-alias') });
    expect(await stored()).toBe(GOOD);

    // … and rolled back by break-glass. Pods still get the images of the last good catalog.
    const command = commandIn(first.stderr);
    const annotate = await kubectl(command);
    const second = await rollback();
    expect(second.code, second.stderr).toBe(0);
    expect(await stored()).toBe(OLD);
    await expect(
      [
        'A rollback to a catalog that today’s rules refuse.\n',
        shown('helm rollback image-config 1 -n tf-public', first),
        shown(`kubectl ${command}`, annotate),
        shown('helm rollback image-config 1 -n tf-public', second),
      ].join('\n'),
    ).toMatchFileSnapshot(transcript('helm-rollback'));

    const events = async () =>
      (await api.get('/api/v1/namespaces/tf-public/events')).items.map(({ reason }: Json) => reason);
    await expect.poll(events, { timeout: 10_000 }).toContain('CatalogAccepted');
    const [replica] = installed.replicas;
    expect(await replica?.check('catalog')).toContain(`the last good catalog is served: ${digestOf(GOOD)}`);
    await succeeds(helm('upgrade', GOOD));
  });

  it('prints the whole refusal of an upgrade, and its next upgrade succeeds', async () => {
    const refusal = await helm('upgrade', ALIAS_TOO_MANY);
    expect(refusal.code).toBe(1);
    await expect(
      `helm upgrade to a catalog of Toolforge’s size with one alias too many.\n\n${shown('helm upgrade image-config ./image-config -n tf-public --set-file catalog=images.yaml', refusal)}`,
    ).toMatchFileSnapshot(transcript('helm-upgrade'));
    expect(await stored()).toBe(GOOD);
    await succeeds(helm('upgrade', GOOD));
  });

  it.each(['missing-field', 'yaml-ambiguous', 'duplicate-url', 'not-a-mapping'])(
    'cannot be upgraded to a catalog with %s',
    async (problem) => {
      const text = bad(problem);
      const { stderr, code } = await helm('upgrade', text);
      expect(code).toBe(1);
      expect(commandIn(stderr)).toContain(digestOf(text));
    },
  );

  it('cannot be uninstalled, for which helm prints no reason, and can be upgraded afterwards', async () => {
    const { code, stderr } = await controlPlane.helm(['uninstall', 'image-config', '-n', 'tf-public']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Error: failed to delete release: image-config\n' });
    expect(await stored()).toBe(GOOD);
    // The release is half uninstalled until the next upgrade.
    const list = await succeeds(controlPlane.helm(['list', '-a', '-n', 'tf-public']));
    expect(list).toContain('uninstalling');
    await succeeds(helm('upgrade', GOOD));
  });
});

describe('each rule, by kubectl apply and by server-side apply', () => {
  const codes = readdirSync(new URL('../../fixtures/catalogs/bad', import.meta.url)).map((file) =>
    file.replace('.yaml', ''),
  ) as ProblemCode[];
  const errors = codes.filter((code) => problemInfo[code].severity === 'error');
  // The replicas have --registries, so `registry-not-allowed` stands in place of `misspelt-registry`.
  const warnings = codes.filter(
    (code) => problemInfo[code].severity === 'warning' && code !== 'misspelt-registry',
  );

  beforeAll(() => store(SMALL));

  it.each(errors)('refuses %s, and names the code, the place and the way out', async (code) => {
    for (const command of [apply, applyOnServer]) {
      const refusal = await isRefused(command(bad(code)));
      expect(refusal).toContain('admission webhook "catalog.image-config.toolforge.org" denied the request:');
      expect(refusal).toMatch(new RegExp(`: error ${code}\\n  `));
      expect(commandIn(refusal)).toContain(digestOf(bad(code)));
    }
    expect(await stored()).toBe(SMALL);
  });

  it.each(warnings)('warns of %s', async (code) => {
    for (const options of ['', ' --server-side --force-conflicts']) {
      const { stderr, code: exit } = await kubectl(`apply${options} --dry-run=server -f -`, bad(code), {
        // The removals are acknowledged: this test is about the text.
        'image-config.toolforge.org/acknowledge': 'reader:jobs-api',
      });
      expect(exit, stderr).toBe(0);
      expect(stderr).toMatch(new RegExp(`^Warning: .*${code}\\): `, 'm'));
    }
  });

  it('refuses a dry run, too', async () => {
    expect(await isRefused(kubectl('apply --dry-run=server -f -', bad('image-tag')))).toContain('image-tag');
    expect(await isRefused(kubectl('replace --dry-run=server -f -', bad('image-tag')))).toContain(
      'image-tag',
    );
  });

  it('prints what the transcripts show', async () => {
    await store(GOOD);
    const edited = ALIAS_TOO_MANY.replace('state: deprecated', 'state: depreciated');
    const onServer = await kubectl('apply --server-side --force-conflicts -f -', edited);
    const replace = await kubectl('replace -f -', edited);
    await expect(
      `A catalog of Toolforge’s size with two faults.\n\n${[
        shown('kubectl apply --server-side --force-conflicts -f - < image-config.yaml', onServer),
        shown('kubectl replace -f - < image-config.yaml', replace),
      ].join('\n')}`,
    ).toMatchFileSnapshot(transcript('server-side-apply'));
    await store(SMALL);
    await expect(
      `kubectl prints the patch that it sent before the reason. This catalog is tiny.\n\n${shown(
        'kubectl apply -f - < image-config.yaml',
        await apply(bad('image-tag')),
      )}`,
    ).toMatchFileSnapshot(transcript('apply'));
  });
});

describe('break-glass', () => {
  beforeEach(() => store(SMALL));

  it('is the command that the refusal prints, and accepts only this text', async () => {
    const text = bad('duplicate-url');
    const first = await applyOnServer(text);
    const command = commandIn(first.stderr);
    const annotate = await kubectl(command);
    expect(annotate).toMatchObject({ code: 0 });
    // Another text stays refused.
    expect(await isRefused(applyOnServer(bad('image-tag')))).toContain('error image-tag');
    const second = await applyOnServer(text);
    expect(second).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Warning: .*duplicate-url\): /m),
    });
    expect(await stored()).toBe(text);
    const line = 'kubectl apply --server-side -f - < image-config.yaml';
    await expect(
      `An edit that is refused, and accepted by break-glass.\n\n${[shown(line, first), shown(`kubectl ${command}`, annotate), shown(line, second)].join('\n')}`,
    ).toMatchFileSnapshot(transcript('break-glass'));
  });

  it('does not accept a ConfigMap without the key', async () => {
    const patch = '{"data":null}';
    const refusal = await isRefused(
      kubectl(`patch -n tf-public configmap/image-config --type=merge -p ${patch}`),
    );
    expect(refusal).toContain('error missing-data-key');
    expect(refusal).not.toContain('kubectl annotate');
  });

  it('lets later edits pass that keep the bad text or fix it', async () => {
    const text = bad('duplicate-url');
    await succeeds(kubectl(commandIn(await isRefused(applyOnServer(text)))));
    await succeeds(applyOnServer(text));
    await succeeds(
      kubectl('annotate -n tf-public configmap/image-config image-config.toolforge.org/accept-'),
    );
    for (const line of [
      'label -n tf-public configmap/image-config a=b',
      'annotate -n tf-public configmap/image-config c=d',
    ])
      expect(await kubectl(line)).toMatchObject({ code: 0, stderr: '' });
    await succeeds(applyOnServer(text));
    expect(await isRefused(applyOnServer(`${text}\n# not the same\n`))).toContain('duplicate-url');
    await succeeds(applyOnServer(SMALL));
  });
});

describe('the deletion of the catalog', () => {
  beforeEach(() => store(SMALL));

  it('is refused by name, with --all, and as a collection', async () => {
    await api.create(CONFIG_MAPS, { metadata: { name: 'another' } });
    const byName = await kubectl('delete configmap image-config -n tf-public');
    expect(byName).toMatchObject({ code: 1, stderr: expect.stringContaining('config-map-deleted') });
    const all = await kubectl('delete configmap --all -n tf-public');
    expect(all).toMatchObject({ code: 1, stderr: expect.stringContaining('config-map-deleted') });
    const collection = await controlPlane.request(CONFIG_MAPS, { method: 'DELETE' });
    expect(collection, collection.body).toMatchObject({ status: 422 });
    expect(await stored()).toBe(SMALL);
    await expect(
      `A refused deletion.\n\n${shown('kubectl delete configmap image-config -n tf-public', byName)}`,
    ).toMatchFileSnapshot(transcript('delete'));
  });

  it('passes with the annotation allow-delete', async () => {
    await succeeds(kubectl(`annotate -n tf-public configmap/image-config ${ALLOW_DELETE}`));
    await succeeds(kubectl('delete configmap --all -n tf-public'));
    expect(await controlPlane.request(CATALOG)).toMatchObject({ status: 404 });
    const [replica] = installed.replicas;
    await expect.poll(() => replica?.check('catalog')).toMatch(/^absent; the last good catalog is served/);
  });

  it('passes with its namespace, which can be created again', async () => {
    await succeeds(kubectl('delete namespace tf-public --timeout=60s'));
    await api.createNamespace('tf-public');
    // The rights in the namespace were deleted with it: the manifests create them again.
    await installed.applyAgain();
    await store(SMALL);
    const [replica] = installed.replicas;
    await expect.poll(() => replica?.check('catalog'), { timeout: 40_000 }).toMatch(/^valid/);
  });
});

describe('the creation of the catalog', () => {
  const ACCEPT = 'image-config.toolforge.org/accept';

  beforeEach(async () => {
    await store(SMALL);
    await succeeds(kubectl(`annotate -n tf-public configmap/image-config ${ALLOW_DELETE} --overwrite`));
    await succeeds(kubectl('delete configmap image-config -n tf-public'));
  });

  it('is refused, and passes with the annotation that the refusal prints', async () => {
    const text = bad('replacement-loop');
    const first = await kubectl('create -f -', text);
    const [, name = '', value = ''] = new RegExp(`^ {2}(${ACCEPT}): (\\S+)$`, 'm').exec(first.stderr) ?? [];
    expect(first).toMatchObject({ code: 1 });
    expect(value).toBe(digestOf(text));
    const second = await kubectl('create -f -', text, { [name]: value });
    expect(second).toMatchObject({ code: 0 });
    await expect(
      `There is no ConfigMap to annotate yet: the annotation goes into the manifest.\n\n${shown('kubectl create -f - < image-config.yaml', first)}`,
    ).toMatchFileSnapshot(transcript('create'));
  });

  it('is refused without the key', async () => {
    expect(await isRefused(kubectl('create configmap image-config -n tf-public'))).toContain(
      'missing-data-key',
    );
  });
});

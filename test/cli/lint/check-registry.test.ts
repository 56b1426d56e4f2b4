import { describe, expect, it } from 'vitest';
import { checkRegistries } from '../../../src/cli/lint/check-registry.ts';
import { lintFile } from '../../../src/cli/lint-file.ts';
import { findingsOf } from '../../../src/cli/output/findings.ts';
import { defaultPolicy } from '../../../src/settings.ts';
import { toLoopback } from '../../support/checked-image.ts';
import { runCli } from '../../support/run-cli.ts';
import {
  answering,
  OCI_MANIFEST,
  registryCertificates,
  type StandInRegistry,
  standInRegistry,
} from '../../support/stand-in-registry.ts';

/** Has `there`, keeps `private` to itself, and nothing else. */
const someImages = () =>
  standInRegistry(({ url = '' }, response) => {
    const status = url.includes('/there/') ? 200 : url.includes('/private/') ? 403 : 404;
    response.writeHead(status, { 'content-type': OCI_MANIFEST }).end();
  });

/** The findings about files, each as `FILE:LINE CODE FIELD`, or with its message. */
async function findingsIn(texts: readonly string[], { host }: StandInRegistry) {
  const terms = { policy: { ...defaultPolicy, registries: [host] }, today: '2026-12-01' };
  const { ca } = await registryCertificates();
  const check = checkRegistries({ registries: [host], ca, resolve: toLoopback });
  const found = [];
  for (const [index, text] of texts.entries()) {
    const source = { file: `${index}`, text: text.replaceAll('HOST', host) };
    const { findings } = findingsOf(lintFile(source, terms, await check(source, terms)));
    found.push(...findings.map((finding) => ({ file: source.file, ...finding })));
  }
  return found;
}

const inShort = ({ file, line, code, field }: Awaited<ReturnType<typeof findingsIn>>[number]): string =>
  `${file}:${line} ${code} ${field}`;

const catalog = `a:
  state: stable
  image: HOST/there
  variants: {}
b:
  state: stable
  image: HOST/absent
  variants: {webservice: {image: HOST/absent, extra: {wstype: python}}, jobs-framework: {image: HOST/private}}
`;

describe('lint --check-registry', () => {
  it('reports absent and unchecked images at their lines, each once', async () => {
    await using registry = await someImages();
    const found = await findingsIn([catalog], registry);
    expect(found.map(inShort)).toEqual([
      '0:7 image-absent b.image',
      '0:8 image-unchecked b.variants.jobs-framework.image',
    ]);
    expect(found.map(({ message }) => message)).toEqual([
      `the registry does not have ${registry.host}/absent:latest (404); push it, or correct the URL: Pods with this image never start`,
      `whether ${registry.host}/private:latest exists is not known: the registry refuses it to the public (it answered 403); look with an account: such an image is private, or is not there`,
    ]);
    expect(registry.requests).toHaveLength(3);
  });

  it('asks once for an image of several files, and reports it in each, at the line of the manifest', async () => {
    await using registry = await someImages();
    const manifest = `apiVersion: v1
kind: ConfigMap
metadata: {name: image-config, namespace: tf-public}
data:
  images-v1.yaml: |
${catalog.replace(/^/gm, '    ')}`;
    expect((await findingsIn([catalog, manifest], registry)).map(inShort)).toEqual([
      '0:7 image-absent b.image',
      '0:8 image-unchecked b.variants.jobs-framework.image',
      '1:12 image-absent b.image',
      '1:13 image-unchecked b.variants.jobs-framework.image',
    ]);
    expect(registry.requests).toHaveLength(3);
  });

  it('does not ask for former images, images elsewhere, or what is no image', async () => {
    await using registry = await someImages();
    const text = `a:
  state: stable
  image: HOST/there
  former-images: [HOST/gone]
  variants:
    one: {image: registry.example.org/a}
    two: {image: HOST/../../secret}
    three: {image: 'HOST/a:x?y#z'}
    four: {image: 'HOST/a@sha256:../../x'}
    five: {image: 'https://HOST/a'}
`;
    const codes = new Set((await findingsIn([text], registry)).map(({ code }) => code));
    expect(codes).toContain('registry-not-allowed');
    expect(codes).toContain('invalid-image');
    expect(codes).not.toContain('image-absent');
    expect(registry.requests.map(({ path }) => path)).toEqual(['/v2/there/manifests/latest']);
  });

  it('shows no text of a registry that steers a terminal', async () => {
    await using registry = await standInRegistry(
      answering(302, { location: `https://evil/${encodeURI('\u001b]0;evil\u0007')}\u009b31m` }),
    );
    const [finding] = await findingsIn([catalog], registry);
    expect(finding?.message).toContain('evil');
    expect(finding?.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('needs --registries, and says so', async () => {
    expect(await runCli(['lint', '--check-registry', '-'], { stdin: catalog })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'error: --check-registry asks only registries that --registries names: give, for example, --registries docker-registry.svc.toolforge.org\n',
    });
  });

  it('takes the hosts of IMAGE_CONFIG_REGISTRIES, too, and without the option asks for nothing', async () => {
    await using registry = await standInRegistry(answering(404));
    const host = `127.0.0.1:${registry.port}`;
    const stdin = 'a: {state: stable, image: HOST/a, variants: {}}\n'.replace('HOST', host);
    const env = { IMAGE_CONFIG_REGISTRIES: host };
    const { stdout } = await runCli(['lint', '-'], { stdin, env });
    expect(stdout).toBe('No problems in 1 file.\n');
    expect(registry.connections()).toBe(0);
    // The CA of the tests is unknown to this process.
    const asked = await runCli(['lint', '--check-registry', '--format', 'json', '-'], { stdin, env });
    expect(JSON.parse(asked.stdout)).toMatchObject({
      files: [{ problems: [{ code: 'image-unchecked', severity: 'warning', field: 'a.image', line: 1 }] }],
      errors: 0,
      warnings: 1,
    });
    expect(asked.exitCode).toBe(0);
  });
});

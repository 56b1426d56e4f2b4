import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askingProgram } from '../support/asking-program.ts';
import type { CliResult } from '../support/run-cli.ts';
import { registryCertificates } from '../support/stand-in-registry.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import {
  type DockerRegistry,
  dockerRegistry,
  hasDockerRegistry,
  pushImage,
  pushManifest,
} from './docker-registry.ts';
import { ISSUER, SERVICE, tokenService, tokenSigner } from './token-service.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let run: (argv: readonly string[]) => Promise<CliResult>;

beforeAll(async () => {
  directory = await temporaryDirectory();
  run = await askingProgram(directory.path);
});
afterAll(() => directory[Symbol.asyncDispose]());

/** Lints a catalog with these repositories of a registry, one entry for each. Resolves to `REPOSITORY: CODE` for each that is not there. */
async function lint(
  { host }: DockerRegistry,
  repositories: readonly string[],
  registries: readonly string[] = [host],
): Promise<string[]> {
  const file = join(directory.path, 'catalog.yaml');
  const entries = repositories.map(
    (repository, index) => `name${index}: {state: stable, image: '${host}/${repository}', variants: {}}\n`,
  );
  await writeFile(file, entries.join(''));
  const options = ['--check-registry', '--registries', registries.join(','), '--format', 'json'];
  const { stdout, stderr } = await run(['lint', ...options, file]);
  expect(stderr).toBe('');
  const { files }: { files: { problems: { code: string; line: number; message: string }[] }[] } =
    JSON.parse(stdout);
  return files.flatMap(({ problems }) =>
    problems
      .filter(({ code }) => ['image-absent', 'image-unchecked'].includes(code))
      .map(({ code, line }) => `${repositories[line - 1]}: ${code}`),
  );
}

describe.skipIf(!hasDockerRegistry())("Debian's docker-registry", () => {
  it('has what was pushed, in each of the four types of manifest, and nothing else', async () => {
    await using registry = await dockerRegistry();
    const digest = await pushImage(registry, 'oci/image', 'oci');
    await pushImage(registry, 'docker/image', 'docker');
    for (const [repository, kind, mediaType, ofOne] of [
      [
        'oci/index',
        'oci',
        'application/vnd.oci.image.index.v1+json',
        'application/vnd.oci.image.manifest.v1+json',
      ],
      [
        'docker/list',
        'docker',
        'application/vnd.docker.distribution.manifest.list.v2+json',
        'application/vnd.docker.distribution.manifest.v2+json',
      ],
    ] as const) {
      const one = await pushImage(registry, repository, kind);
      const { headers } = await registry.send({
        method: 'HEAD',
        path: `/v2/${repository}/manifests/${one}`,
        headers: { accept: ofOne },
      });
      const manifests = [
        {
          mediaType: ofOne,
          digest: one,
          size: Number(headers['content-length']),
          platform: { architecture: 'amd64', os: 'linux' },
        },
      ];
      await pushManifest(registry, repository, { schemaVersion: 2, mediaType, manifests });
    }
    const there = ['oci/image', 'docker/image', 'oci/index', 'docker/list', `oci/image@${digest}`];
    const absent = ['nothing', 'oci/image:1.0', `docker/list@sha256:${'0'.repeat(64)}`];
    expect(await lint(registry, [...there, ...absent])).toEqual(
      absent.map((repository) => `${repository}: image-absent`),
    );
  });

  it('with tokens has what everyone may pull', async () => {
    await using tokens = await tokenService();
    await using registry = await withTokens(tokens.port);
    const all = [tokens.port, Number(registry.host.split(':')[1])].map((port) => `127.0.0.1:${port}`);
    expect(await lint(registry, ['public', 'private', 'absent'], all)).toEqual([
      'absent: image-absent',
      'private: image-unchecked',
    ]);
    const scopes = tokens.requests.map(({ path }) => new URL(path, 'https://a').searchParams.get('scope'));
    expect(new Set(scopes)).toEqual(
      new Set(['public', 'private', 'absent'].map((name) => `repository:${name}:pull`)),
    );
    expect(tokens.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('with tokens of a host that --registries does not name leaves images unchecked, and the host unasked', async () => {
    await using tokens = await tokenService();
    await using registry = await withTokens(tokens.port);
    expect(await lint(registry, ['public', 'absent'])).toEqual([
      'public: image-unchecked',
      'absent: image-unchecked',
    ]);
    expect(tokens.connections()).toBe(0);
  });
});

/** A registry with the images `public` and `private`, that takes tokens of the service at this port of loopback. */
async function withTokens(port: number): Promise<DockerRegistry> {
  const rootcertbundle = join(directory.path, 'tokens.pem');
  await writeFile(rootcertbundle, (await registryCertificates()).ca);
  const realm = `https://127.0.0.1:${port}/token`;
  const registry = await dockerRegistry({
    auth: { token: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle } },
  });
  const sign = await tokenSigner();
  for (const name of ['public', 'private']) {
    const token = sign([{ type: 'repository', name, actions: ['pull', 'push'] }]);
    await pushImage(registry, name, 'oci', { authorization: `Bearer ${token}` });
  }
  return registry;
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Reply, type Sent, send } from '../support/https-client.ts';
import { registryCertificates } from '../support/stand-in-registry.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** Whether Debian's docker-registry is installed. `.ci/run` installs it, so there its absence is a failure. */
export function hasDockerRegistry(): boolean {
  if (spawnSync('docker-registry', ['--version']).status === 0) return true;
  if (process.env.CI) throw new Error('there is no docker-registry: apt-get install docker-registry');
  return false;
}

export interface DockerRegistry extends AsyncDisposable {
  /** By its address, which its certificate has. */
  readonly host: string;
  readonly send: (request: Omit<Sent, 'port'>) => Promise<Reply>;
}

/** Starts the registry over TLS on a free port of loopback, with images in memory. `auth` is that part of its configuration. */
export async function dockerRegistry(auth: object = {}): Promise<DockerRegistry> {
  const directory = await temporaryDirectory();
  const { cert, key } = await registryCertificates();
  const [certificate, keyFile, configuration] = ['cert.pem', 'key.pem', 'config.json'].map((name) =>
    join(directory.path, name),
  ) as [string, string, string];
  await writeFile(certificate, cert);
  await writeFile(keyFile, key);
  // JSON is YAML.
  const config = {
    version: 0.1,
    storage: { inmemory: {} },
    http: { addr: '127.0.0.1:0', secret: 'of tests', tls: { certificate, key: keyFile } },
    ...auth,
  };
  await writeFile(configuration, JSON.stringify(config));
  const registry = spawn('docker-registry', ['serve', configuration], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await listening(registry);
  return {
    host: `127.0.0.1:${port}`,
    send: (request) => send({ ...request, port }),
    [Symbol.asyncDispose]: async () => {
      const exited = once(registry, 'exit');
      registry.kill('SIGKILL');
      await exited;
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function listening({ stderr }: ChildProcess): Promise<number> {
  let log = '';
  if (stderr)
    for await (const line of createInterface(stderr)) {
      log += `${line}\n`;
      const [, port] = /listening on 127\.0\.0\.1:(\d+), tls/.exec(line) ?? [];
      // The log is read on, or the registry would wait for a reader.
      if (port !== undefined) {
        stderr.resume();
        return Number(port);
      }
    }
  throw new Error(`docker-registry did not start: ${log}`);
}

const digestOf = (bytes: string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** An image of one layer, as `latest`, with the media types of OCI or docker. Resolves to the digest of its manifest. */
export async function pushImage(
  registry: DockerRegistry,
  repository: string,
  kind: 'oci' | 'docker',
  headers: Record<string, string> = {},
): Promise<string> {
  const types = {
    oci: [
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.oci.image.config.v1+json',
      'application/vnd.oci.image.layer.v1.tar+gzip',
    ],
    docker: [
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.docker.container.image.v1+json',
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
    ],
  } as const;
  const [mediaType, configType, layerType] = types[kind];
  const blob = async (type: string, bytes: string) => {
    await pushBlob(registry, repository, bytes, headers);
    return { mediaType: type, size: bytes.length, digest: digestOf(bytes) };
  };
  const config = await blob(configType, '{}');
  const layers = [await blob(layerType, 'a layer')];
  return pushManifest(registry, repository, { schemaVersion: 2, mediaType, config, layers }, headers);
}

/** Pushes a manifest, or an index of some, as `latest`. */
export async function pushManifest(
  registry: DockerRegistry,
  repository: string,
  manifest: { readonly mediaType: string } & Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<string> {
  const body = JSON.stringify(manifest);
  const reply = await registry.send({
    method: 'PUT',
    path: `/v2/${repository}/manifests/latest`,
    headers: { ...headers, 'content-type': manifest.mediaType },
    body,
  });
  if (reply.status !== 201) throw new Error(`no push of ${repository}: ${reply.status} ${reply.body}`);
  return digestOf(body);
}

async function pushBlob(
  registry: DockerRegistry,
  repository: string,
  bytes: string,
  headers: Record<string, string>,
): Promise<void> {
  const started = await registry.send({ path: `/v2/${repository}/blobs/uploads/`, headers });
  const upload = new URL(started.headers.location ?? '', `https://${registry.host}`);
  upload.searchParams.set('digest', digestOf(bytes));
  const { status, body } = await registry.send({
    method: 'PUT',
    path: `${upload.pathname}${upload.search}`,
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  if (status !== 201) throw new Error(`no push to ${repository}: ${status} ${body}`);
}

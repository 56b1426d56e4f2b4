import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { send } from '../support/https-client.ts';
import { recorded, reviewBytes } from '../support/reviews.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { type BuiltImage, buildImage } from './built-image.ts';
import { runIn, serveIn } from './container.ts';

let image: BuiltImage;
/** The directory that its containers have at /mnt. */
let mounted: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  image = await buildImage();
  mounted = await temporaryDirectory();
  await chmod(mounted.path, 0o755);
  await offer('catalog.yaml', await readFile(fixture));
  await offer('kubeconfig', JSON.stringify(nowhere));
});
afterAll(async () => {
  await mounted?.[Symbol.asyncDispose]();
  await image?.[Symbol.asyncDispose]();
});

const fixture = fileURLToPath(new URL('../fixtures/image-config/images-v1.2026.yaml', import.meta.url));

/** Writes a file to /mnt that the user of the containers can read, whatever the umask. */
async function offer(name: string, content: string | Uint8Array): Promise<void> {
  const file = join(mounted.path, name);
  await writeFile(file, content);
  await chmod(file, 0o644);
}

/** A cluster that never answers: no process listens on the port `discard`. */
const nowhere = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'nowhere', cluster: { server: 'https://127.0.0.1:9' } }],
  users: [{ name: 'nobody', user: { token: 'none' } }],
  contexts: [{ name: 'there', context: { cluster: 'nowhere', user: 'nobody' } }],
  'current-context': 'there',
};

describe('the image', () => {
  it('prints its size, and adds less than 10 MB to its base', () => {
    const { base, own } = image;
    const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
    console.log(
      `image: ${mb(base.unpacked + own.unpacked)}, of which its base ${mb(base.unpacked)} and ours ${mb(own.unpacked)}; ` +
        `compressed ${mb(base.compressed + own.compressed)}, of which ours ${mb(own.compressed)}`,
    );
    // Source maps, or dependencies outside the bundle, would be larger.
    expect(own.unpacked).toBeLessThan(10e6);
  });

  it('serves by default, as a numeric user that is not root', () => {
    expect(image.config).toMatchObject({
      User: '65532:65532',
      ExposedPorts: { '8443/tcp': {}, '8080/tcp': {} },
      Env: expect.arrayContaining(['NODE_ENV=production']),
      Entrypoint: ['node', '/app/dist/main.js'],
      Cmd: ['serve'],
      WorkingDir: '/app',
    });
  });

  it('adds only production files to its base, and no package manager', async () => {
    const files = image.added.filter((path) => !path.endsWith('/'));
    const expected = [
      /^app\/(package\.json|LICENSE)$/,
      /^app\/dist\/[\w-]+\.js(\.LEGAL\.txt)?$/,
      /^app\/dist\/(THIRD-PARTY-LICENSES\.txt|sbom\.cdx\.json)$/,
      /^app\/docs\/problems\/(README|[a-z-]+)\.md$/,
      // Removed files.
      /^usr\/local\/(bin|lib)\/\.wh\.\w+$/,
      // Empty files, which buildah created for the build and every runtime replaces.
      /^etc\/hosts$/,
    ];
    expect(files.filter((path) => !expected.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['app/dist/main.js', 'app/dist/catalog-thread.js']));

    const find = 'for manager in npm npx corepack yarn; do command -v $manager; done; command -v node';
    const { stdout } = await runIn(image, mounted.path, ['sh', '-c', find]);
    expect(stdout).toBe('/usr/local/bin/node\n');
  });

  it('lets its user read all of these files and write none', async () => {
    const app = join(image.root, 'app');
    const paths = [app, ...(await readdir(app, { recursive: true })).map((path) => join(app, path))];
    for (const path of paths) {
      const { uid, gid, mode } = await stat(path);
      expect({ path, uid, gid, others: mode & 0o6, writable: mode & 0o022 }).toEqual({
        path,
        uid: 0,
        gid: 0,
        others: 0o4,
        writable: 0,
      });
    }
  });

  it('ships the licences of all bundled packages, and of code inside them', async () => {
    const shipped = await readFile(join(image.root, 'app/dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const [name, version] of Object.entries(manifest.dependencies))
      expect(shipped).toContain(`\n${name} ${version}, `);
    // The licence of node-forge names neither.
    expect(shipped).toContain('All redistributions must retain an intact copy of this copyright notice');
    expect(shipped).toContain('Copyright (c) 2012 Kenji Urushima');
    // These are inside the files of jsonpath-plus.
    expect(shipped).toContain('\njsep 1.4.0, MIT');
  });

  it('lists for scanners each package whose licence it ships', async () => {
    const read = (name: string): Promise<string> => readFile(join(image.root, 'app/dist', name), 'utf8');
    const { components }: { components: { purl: string }[] } = JSON.parse(await read('sbom.cdx.json'));
    const licensed = [...(await read('THIRD-PARTY-LICENSES.txt')).matchAll(/^(\S+) (\d\S*), \S.*$/gm)].map(
      ([, name = '', version = '']) => `pkg:npm/${name.replace('@', '%40')}@${version}`,
    );
    expect(components.map(({ purl }) => purl).sort()).toEqual([...new Set(licensed)].sort());
  });
});

describe('a container with a read-only root file system', () => {
  it('is read-only, and its user has no privileges', async () => {
    const { stdout, stderr } = await runIn(image, mounted.path, ['node', '-e', findings]);
    expect({ stderr, ...JSON.parse(stdout) }).toEqual({
      stderr: '',
      process: 1,
      user: [65532, 65532],
      groups: '',
      capabilities: 0,
      noNewPrivileges: 1,
      mounts: ['/ ro', '/mnt ro', '/proc ro'],
      writing: ['EROFS', 'EROFS', 'EROFS', 'EROFS'],
    });
  });

  it('answers reviews over TLS, is ready, and exits with 0 after SIGTERM', async () => {
    await using serving = await serveIn(image, mounted.path, ['--catalog', '/mnt/catalog.yaml']);
    await vi.waitFor(async () => expect((await serving.ops('/readyz')).status).toBe(200), {
      timeout: 10_000,
    });
    expect((await serving.ops('/livez')).status).toBe(200);
    const ask = async (path: string, review: string) => {
      const { status, body } = await send({ port: serving.tlsPort, path, body: reviewBytes(review) });
      return { status, uid: recorded(review).request.uid, response: JSON.parse(body).response };
    };

    // The catalog thread answers this one.
    const refused = await ask('/validate-image-config', 'refused-edit');
    expect(refused).toMatchObject({
      status: 200,
      response: { uid: refused.uid, allowed: false, status: { code: 422 } },
    });
    const resolved = await ask('/mutate-pods', 'resolved-pod');
    expect(resolved).toMatchObject({ status: 200, response: { uid: resolved.uid, allowed: true } });
    expect(JSON.parse(Buffer.from(resolved.response.patch, 'base64').toString())).toContainEqual({
      op: 'add',
      path: '/spec/containers/0/image',
      value: 'docker-registry.tools.wmflabs.org/toolforge-python311-sssd-web:latest',
    });

    const { code, lines, stderr } = await serving.terminate();
    expect({ code, stderr, troubles: lines.filter(({ level }) => level !== 'info') }).toEqual({
      code: 0,
      stderr: '',
      troubles: [],
    });
  });

  it('loads every file of the bundle without a package', async () => {
    const { code, stdout, stderr } = await runIn(image, mounted.path, [
      'node',
      '--input-type=module',
      '-e',
      loadEveryPart,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Number(stdout)).toBeGreaterThan(20);
  });

  it('is alive but not ready while the cluster does not answer, and exits with 0 after SIGTERM', async () => {
    await using serving = await serveIn(image, mounted.path, ['--kubeconfig', '/mnt/kubeconfig']);
    expect((await serving.ops('/livez')).status).toBe(200);
    const readyz = await serving.ops('/readyz');
    expect(readyz.status).toBe(503);
    expect(await readyz.text()).toContain('not read yet');
    const { code, lines } = await serving.terminate();
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped', exitCode: 0 });
  });

  it('explains a problem from the pages in the image', async () => {
    const explain = [...image.config.Entrypoint, 'explain', 'duplicate-alias'];
    const { code, stdout, stderr } = await runIn(image, mounted.path, explain);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('duplicate-alias');
  });
});

/** Runs in the container: prints its user and privileges, and the result of writing to directories that are usually writable, and to ours. */
const findings = `
  const fs = require('node:fs');
  const status = fs.readFileSync('/proc/self/status', 'utf8');
  const fact = (name) => new RegExp('^' + name + ':(.*)', 'm').exec(status)[1].trim();
  const mounts = fs.readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\\n');
  const attempt = (file) => { try { fs.writeFileSync(file, ''); return 'written'; } catch (error) { return error.code; } };
  console.log(JSON.stringify({
    process: process.pid,
    user: [process.getuid(), process.getgid()],
    groups: fact('Groups'),
    capabilities: Number('0x' + fact('CapEff')),
    noNewPrivileges: Number(fact('NoNewPrivs')),
    mounts: mounts.map((line) => line.split(' ')).map(([, , , , place, options]) => place + ' ' + options.split(',')[0]),
    writing: ['/tmp/x', '/var/tmp/x', '/app/x', '/mnt/x'].map(attempt),
  }));
`;

/** Runs in the container: imports all files of the bundle except those that start a program, and prints their number. */
const loadEveryPart = `
  import { readdirSync } from 'node:fs';
  const starters = ['main.js', 'catalog-thread.js'];
  const parts = readdirSync('/app/dist').filter((name) => name.endsWith('.js') && !starters.includes(name));
  for (const part of parts) await import('/app/dist/' + part);
  console.log(parts.length);
`;

import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { digestOf } from '../../../src/catalog/load.ts';
import { createAuthority, issueServing } from '../../../src/certificates/issuer.ts';
import { UsageError } from '../../../src/cli/command-result.ts';
import { catalogThread } from '../../support/bundle.ts';
import { defaultCiphers } from '../../support/default-ciphers.ts';
import { openRaw, rawReview, send } from '../../support/https-client.ts';
import { podOf, podReview, recorded, reviewBytes, UID } from '../../support/reviews.ts';
import { type RunningServe, startServe } from '../../support/running-serve.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { seriesIn } from '../../support/webhook-server.ts';

const fixture = fileURLToPath(new URL('../../fixtures/image-config/images-v1.2026.yaml', import.meta.url));
const small = fileURLToPath(new URL('../../fixtures/cli/good.yaml', import.meta.url));
const review = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/reviews/${name}.json`, import.meta.url));
const NAME = 'image_config_admission_';

const thread = await catalogThread();

/** Waits for an assertion; long, since other processes may use this machine. */
const eventually = <T>(claim: () => T | Promise<T>): Promise<T> => vi.waitFor(claim, { timeout: 20_000 });

const becomesReady = (serve: RunningServe): Promise<void> =>
  eventually(async () => expect(await serve.readyz()).toMatchObject({ status: 200 }));

const mutate = (serve: RunningServe, image: string) =>
  send({
    port: serve.tlsPort,
    path: '/mutate-pods?timeout=3s',
    body: JSON.stringify(podReview(podOf({ app: image }))),
  });

/** The image that replaces this one in a Pod; undefined when the Pod is not patched. */
async function resolved(serve: RunningServe, image: string): Promise<unknown> {
  const { status, body } = await mutate(serve, image);
  expect(status).toBe(200);
  const { patch } = JSON.parse(body).response;
  const operations: { path: string; value: unknown }[] = patch
    ? JSON.parse(Buffer.from(patch, 'base64').toString())
    : [];
  return operations.find(({ path }) => path === '/spec/containers/0/image')?.value;
}

test('in observe mode nothing is denied: a bad edit gets warnings, and the log, the metrics and /readyz say so', async () => {
  await using serve = await startServe({ catalog: fixture, enforce: false }, { thread });
  await becomesReady(serve);
  expect(serve.logged('observe mode')).toMatchObject([{ level: 'warn', enforce: false }]);
  const edit = await send({
    port: serve.tlsPort,
    path: '/validate-image-config?timeout=5s',
    body: reviewBytes('refused-edit'),
  });
  const { response } = JSON.parse(edit.body);
  expect(response).toMatchObject({ allowed: true, auditAnnotations: { codes: expect.any(String) } });
  expect(response).not.toHaveProperty('status');
  expect(response.warnings[0]).toMatch(/^would be denied: \d+ errors?.*; stored all the same/);
  const codes: string[] = response.auditAnnotations.codes.split(',');
  expect(serve.logged('review answered')).toMatchObject([
    { verdict: 'allowed', review: { codes: codes.join(','), reason: expect.stringContaining('error') } },
  ]);
  const metrics = await serve.metrics();
  expect(seriesIn(metrics, `${NAME}enforcing`)).toBe(0);
  for (const code of codes)
    expect(seriesIn(metrics, `${NAME}would_deny_total{code="${code}"}`), code).toBe(1);
  expect((await serve.readyz()).checks.at(-1)).toEqual({
    name: 'enforcement',
    ready: true,
    reason: 'observe mode: denials are only warnings',
  });
});

test('serve answers all webhooks from a file, with a self-signed certificate', async () => {
  await using serve = await startServe({ catalog: fixture, registryAdmission: 'present' }, { thread });
  await becomesReady(serve);
  expect(await resolved(serve, 'python3.11')).toMatch(
    /^docker-registry\.\S+\/toolforge-python311-\S+:latest$/,
  );
  expect(await resolved(serve, 'busybox')).toBeUndefined();

  const edit = await send({
    port: serve.tlsPort,
    path: '/validate-image-config?timeout=5s',
    body: reviewBytes('refused-edit'),
  });
  const { response } = JSON.parse(edit.body);
  expect(response).toMatchObject({
    uid: recorded('refused-edit').request.uid,
    allowed: false,
    status: { code: 422 },
  });

  const template = await send({
    port: serve.tlsPort,
    path: '/warn-workloads?timeout=3s',
    body: reviewBytes('handwritten-deployment'),
  });
  expect(JSON.parse(template.body).response).toEqual({
    uid: recorded('handwritten-deployment').request.uid,
    allowed: true,
    warnings: [expect.stringContaining('write docker-registry.'), expect.stringContaining('is deprecated')],
    auditAnnotations: {
      uid: recorded('handwritten-deployment').request.uid,
      catalog: digestOf(await readFile(fixture, 'utf8')),
    },
  });
  expect(response.auditAnnotations).toMatchObject({
    uid: response.uid,
    catalog: digestOf(await readFile(fixture, 'utf8')),
    codes: expect.stringContaining('duplicate'),
  });

  const metrics = await serve.metrics();
  expect(seriesIn(metrics, `${NAME}catalog_entries{state="stable"}`)).toBe(25);
  expect(seriesIn(metrics, `${NAME}catalog_entries{state="deprecated"}`)).toBe(16);
  expect(seriesIn(metrics, `${NAME}catalog_newest_served`)).toBe(1);
  expect(
    seriesIn(
      metrics,
      `${NAME}reviews_total{path="/validate-image-config",operation="UPDATE",verdict="denied"}`,
    ),
  ).toBe(1);
  expect(serve.logged('ready')).toMatchObject([{ ready: true }]);
});

test('both Pod paths give the same answer to a Pod, and count it once each', async () => {
  await using serve = await startServe({ catalog: fixture }, { thread });
  await becomesReady(serve);
  const body = JSON.stringify(podReview(podOf({ app: 'busybox' })));
  const paths = ['/mutate-pods', '/mutate-pods/short-names'];
  const [one, other] = await Promise.all(paths.map((path) => send({ port: serve.tlsPort, path, body })));
  expect(one).toMatchObject({ status: 200 });
  expect(other?.body).toBe(one?.body);
  const metrics = await serve.metrics();
  const counted = paths.map((path) =>
    seriesIn(metrics, `${NAME}reviews_total{path="${path}",operation="CREATE",verdict="allowed"}`),
  );
  expect(counted).toEqual([1, 1]);
});

test('a good edit of the file is served, and a bad one keeps the last good catalog and is reported', async () => {
  await using files = await temporaryDirectory();
  const catalog = join(files.path, 'images.yaml');
  await copyFile(fixture, catalog);
  await using serve = await startServe({ catalog }, { thread });
  await becomesReady(serve);
  const text = await readFile(fixture, 'utf8');
  expect(await resolved(serve, 'brand-new')).toBeUndefined();

  const entry =
    'brand-new:\n  state: stable\n  image: docker-registry.svc.toolforge.org/brand-new-image\n  variants: {}\n';
  await writeFile(catalog, text + entry);
  const image = 'docker-registry.svc.toolforge.org/brand-new-image:latest';
  await eventually(async () => expect(await resolved(serve, 'brand-new')).toBe(image));

  await writeFile(catalog, 'brand-new: {state: stable}\n');
  // This reads no log line, since a half-written file is invalid for a moment, too.
  const found = async () => (await serve.readyz()).checks[1]?.reason;
  await expect.poll(found).toMatch(/^invalid: \d+ errors?; the last good catalog is served: sha256:/);
  expect(await resolved(serve, 'brand-new')).toBe(image);
  expect((await serve.readyz()).status).toBe(200);
  expect(seriesIn(await serve.metrics(), `${NAME}catalog_newest_served`)).toBe(0);

  await writeFile(`${catalog}.new`, text);
  await rename(`${catalog}.new`, catalog);
  await eventually(async () => expect(await resolved(serve, 'brand-new')).toBeUndefined());
});

test('the file may hold a ConfigMap, and one without a catalog is reported as unreadable', async () => {
  await using files = await temporaryDirectory();
  const catalog = join(files.path, 'configmap.json');
  const configMap = (data: object) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'image-config', namespace: 'tf-public' },
      data,
    });
  await writeFile(catalog, configMap({ 'images-v1.yaml': await readFile(fixture, 'utf8') }));
  await using serve = await startServe({ catalog }, { thread });
  await becomesReady(serve);
  const found = async () => (await serve.readyz()).checks[1]?.reason;
  expect(await found()).toMatch(/^valid: 41 entries/);
  await writeFile(catalog, configMap({}));
  await expect
    .poll(found)
    .toMatch(/^unreadable: cannot read .*configmap.json: .*; the last good catalog is served/);
});

test.each([
  {
    now: '2027-03-01T23:59:59Z',
    answer: { allowed: true, warnings: [expect.stringContaining('removal on 2027-03-01')] },
  },
  { now: '2027-03-02T00:00:00Z', answer: { allowed: false, status: { code: 422 } } },
])(
  'with past-removal deny, a Pod is denied an image from the day after its removal date in UTC: $now',
  async ({ now, answer }) => {
    const settings = { catalog: small, pastRemoval: 'deny' } as const;
    await using serve = await startServe(settings, { thread, now: () => new Date(now) });
    await becomesReady(serve);
    expect(JSON.parse((await mutate(serve, 'tf-node16')).body).response).toMatchObject(answer);
  },
);

test('without a file serve is ready, so that edits can pass, and answers Pods with 500', async () => {
  await using files = await temporaryDirectory();
  const catalog = join(files.path, 'later', 'images.yaml');
  await using serve = await startServe({ catalog }, { thread });
  await becomesReady(serve);
  expect((await serve.readyz()).checks[1]?.reason).toBe('absent; no catalog is served');
  expect(await mutate(serve, 'python3.11')).toMatchObject({
    status: 500,
    body: 'no catalog to resolve names by: absent\n',
  });
  const repair = await send({
    port: serve.tlsPort,
    path: '/validate-image-config',
    body: reviewBytes('image-config-create'),
  });
  expect(JSON.parse(repair.body).response).toMatchObject({ allowed: true });

  await mkdir(join(files.path, 'later'));
  await copyFile(fixture, catalog);
  await eventually(async () => expect((await mutate(serve, 'python3.11')).status).toBe(200));
  await rm(catalog);
  await eventually(() => expect(serve.logged('catalog is absent')).toHaveLength(2));
  expect((await mutate(serve, 'python3.11')).status).toBe(200);
});

test('a renewed certificate in the directory is loaded at run time, without an error for clients that trust its authority', async () => {
  await using files = await temporaryDirectory();
  const now = new Date();
  const authority = await createAuthority({ commonName: 'test CA', now, days: 2 });
  const names = { dnsNames: ['localhost'], ipAddresses: [], now };
  const [first, second] = await Promise.all([
    issueServing(authority, { ...names, days: 1 }),
    issueServing(authority, { ...names, days: 2 }),
  ]);
  const crt = join(files.path, 'tls.crt');
  const key = join(files.path, 'tls.key');
  await using serve = await startServe({ catalog: fixture, certDir: files.path }, { thread });
  await eventually(() => expect(serve.logged('not ready')).toHaveLength(1));
  expect((await serve.readyz()).status).toBe(503);

  await writeFile(crt, first.certificate);
  await writeFile(key, first.key);
  await becomesReady(serve);
  const trusting = { ca: authority.certificate, servername: 'localhost', rejectUnauthorized: true };
  const open = await openRaw(serve.tlsPort, trusting);
  const fingerprint = open.socket.getPeerX509Certificate()?.fingerprint256;

  await writeFile(crt, second.certificate);
  const refused = () => JSON.stringify(serve.logged('certificate not loaded').at(-1));
  await eventually(() => expect(refused()).toContain('tls.key is not the key of tls.crt'));
  const meanwhile = await openRaw(serve.tlsPort, trusting);
  expect(meanwhile.socket.getPeerX509Certificate()?.fingerprint256).toBe(fingerprint);
  expect(seriesIn(await serve.metrics(), `${NAME}certificate_reload_failures_total`)).toBeGreaterThan(1);

  await writeFile(key, second.key);
  await eventually(() => expect(serve.logged('certificate is served')).toHaveLength(2));
  const after = await openRaw(serve.tlsPort, trusting);
  expect(after.socket.getPeerX509Certificate()?.fingerprint256).not.toBe(fingerprint);
  open.socket.write(rawReview(JSON.stringify(podReview(podOf({ app: 'busybox' }))), '/mutate-pods'));
  await eventually(() => expect(open.received()).toContain(UID));
  for (const { socket } of [open, meanwhile, after]) socket.destroy();
});

test('once ready serve prints a command for each example, and its result', async () => {
  const unknown = fileURLToPath(new URL('../../fixtures/cli/service-review.json', import.meta.url));
  const examples = [
    review('refused-edit'),
    review('resolved-pod'),
    review('handwritten-deployment'),
    unknown,
    '/nowhere/at-all.json',
  ];
  await using serve = await startServe({ catalog: fixture, examples }, { thread });
  await eventually(() => expect(serve.stderr()).toContain('at-all.json'));
  const lines = serve.stderr().split('\n').filter(Boolean);
  expect(lines[0]).toBe('Try it from another terminal; Ctrl-C ends the server.');
  expect(lines[1]).toMatch(/^# refused-edit\.json: denied, /);
  expect(lines[2]).toBe(
    `curl -sSk -H 'Content-Type: application/json' --data-binary @${examples[0]} https://127.0.0.1:${serve.tlsPort}/validate-image-config | node dist/main.js review -`,
  );
  expect(lines[3]).toMatch(/^# resolved-pod\.json: patched, image becomes docker-registry\.\S+:latest/);
  expect(lines[4]).toContain(`@${examples[1]} https://127.0.0.1:${serve.tlsPort}/mutate-pods`);
  expect(lines[5]).toMatch(
    /^# handwritten-deployment\.json: allowed, with a warning: container "report": python3\.7 is deprecated/,
  );
  expect(lines[6]).toContain(`@${examples[2]} https://127.0.0.1:${serve.tlsPort}/warn-workloads`);
  expect(lines[7]).toBe(
    `# ${unknown} cannot be tried: it is about services, and only configmaps, pods, pods/ephemeralcontainers, ` +
      'deployments, statefulsets, daemonsets, replicasets, jobs, cronjobs are answered',
  );
  expect(lines[8]).toBe('# /nowhere/at-all.json cannot be tried: no such file');
});

test('outside a checkout the command of an example ends with curl, since no program is known there', async () => {
  await using elsewhere = await temporaryDirectory();
  const docs = pathToFileURL(join(elsewhere.path, 'docs/'));
  const examples = [review('refused-edit')];
  await using serve = await startServe({ catalog: fixture, examples }, { thread }, { docs });
  await eventually(() => expect(serve.stderr()).toMatch(/\/validate-image-config\n$/));
});

test('an unreadable catalog leaves serve not ready, since another replica may be able to read it', async () => {
  await using files = await temporaryDirectory();
  const catalog = join(files.path, 'images.yaml');
  await mkdir(catalog);
  await using serve = await startServe({ catalog }, { thread });
  await eventually(() => expect(serve.logged('not ready')).toHaveLength(1));
  const { status, checks } = await serve.readyz();
  expect(status).toBe(503);
  expect(checks[1]?.reason).toMatch(/^unreadable: .* is not a regular file; no catalog is served$/);

  await rm(catalog, { recursive: true });
  await copyFile(fixture, catalog);
  await becomesReady(serve);
});

test('a signal ends serve with exit code 0, and its ports are closed', async () => {
  const serve = await startServe({ catalog: fixture }, { thread });
  await becomesReady(serve);
  serve.signal('SIGTERM');
  expect(await serve.ended).toBe(0);
  await expect(fetch(`http://127.0.0.1:${serve.opsPort}/livez`)).rejects.toThrow();
  expect(serve.logged('stopped')).toHaveLength(1);
});

test("the self-signed certificate serves at OpenSSL's security level 3", async () => {
  using _ = defaultCiphers('DEFAULT@SECLEVEL=3');
  await using serve = await startServe({ catalog: fixture }, { thread });
  await becomesReady(serve);
  expect((await mutate(serve, 'python3.11')).status).toBe(200);
});

test('a security level that no certificate of the program meets is a usage error that names the option of Node', async () => {
  using _ = defaultCiphers('DEFAULT@SECLEVEL=5');
  const started = startServe({ catalog: fixture }, { thread }).then(({ ended }) => ended);
  const error = await started.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect(error).toHaveProperty(
    'message',
    expect.stringMatching(/^the self-signed certificate is refused by OpenSSL .*--tls-cipher-list/),
  );
});

test('where the limit of open files is too low for --max-connections, serve logs both and closes connections beyond it', async () => {
  const processLimits = async () =>
    'Max open files            4                    4                    files     \n';
  await using serve = await startServe({ catalog: fixture }, { thread, processLimits });
  await becomesReady(serve);
  const [logged] = serve.logged('fewer connections than max-connections');
  expect(logged).toMatchObject({
    level: 'warn',
    connections: { maxConnections: 1024, openFiles: 4, max: 2 },
  });
  const sockets = [];
  for (let opened = 0; opened < 3; opened += 1) sockets.push(await openRaw(serve.tlsPort));
  const [closed] = await eventually(() => {
    const lines = serve.logged('too many connections');
    expect(lines).toHaveLength(1);
    return lines;
  });
  expect(closed).toMatchObject({ level: 'warn', connections: { closed: 1, max: 2 } });
  for (const { socket } of sockets) socket.destroy();
});

test('where the limit of open files is high enough, or unknown, --max-connections applies without a log line', async () => {
  for (const limits of [
    'Max open files            1344                 1344                 files     \n',
    undefined,
  ]) {
    await using serve = await startServe({ catalog: fixture }, { thread, processLimits: async () => limits });
    await becomesReady(serve);
    expect(serve.logged('fewer connections than max-connections')).toEqual([]);
  }
});

test('a port in use is a usage error that names the option', async () => {
  await using first = await startServe({ catalog: fixture }, { thread });
  const { opsPort } = first;
  await expect(startServe({ catalog: fixture, opsPort }, { thread })).rejects.toThrow(
    new UsageError(
      `cannot listen on 127.0.0.1, port ${opsPort}: the port is in use; choose another with --ops-port`,
    ),
  );
});

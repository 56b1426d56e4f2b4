import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathOf } from '../manifests/manifests.ts';
import type { Json } from '../support/reviews.ts';
import { run } from './control-plane/command.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Api, apiOf, until } from './support/api.ts';
import { CONFIG_MAPS, configMap, GOOD, URL_39 } from './support/catalog.ts';
import { kubeconfigOf, succeeds } from './support/commands.ts';
import { OURS } from './support/installed.ts';
import { type Program, startProgram } from './support/program.ts';

/*
 * "Let only API servers call" of manifests/README.md as it is written, except for the directory: its commands make the certificates,
 * its files configure the API server, and the API server calls the Service by its name. Pods have no network here, so its connections
 * go through a tunnel to a process of this machine.
 */

const TOOL = 'tool-certificates';
const PODS = `/api/v1/namespaces/${TOOL}/pods`;
const ON_NODES = `/etc/kubernetes/${OURS}`;

const directory = mkdtempSync(join(tmpdir(), 'client-certificates-'));
const inDirectory = (name: string): string => join(directory, name);

/** The code blocks of the section, in order: commands, then two files. */
const [makeCertificates = '', admissionConfiguration = '', kubeconfig = ''] = blocksOfReadme();

function blocksOfReadme(): string[] {
  const guide = readFileSync(pathOf('manifests/README.md'), 'utf8');
  const [section = ''] = guide.split('\n## Let only API servers call\n')[1]?.split('\n## ') ?? [];
  return [...section.matchAll(/^ {3}```(?:sh|yaml)\n([\s\S]*?)^ {3}```$/gm)].map(([, block = '']) =>
    block.replaceAll(/^ {3}/gm, '').replaceAll(ON_NODES, directory),
  );
}

let tunnel: Tunnel;
let controlPlane: ControlPlane;
let api: Api;
let program: Program;

beforeAll(async () => {
  await succeeds(
    run('sh', ['-e', '-c', `cd "$0"\n${makeCertificates}`, directory], {
      env: { PATH: process.env.PATH ?? '' },
    }),
  );
  const socket = inDirectory('tunnel.sock');
  tunnel = await startTunnel(socket);
  writeFileSync(inDirectory('egress.yaml'), JSON.stringify(egressThrough(socket)));
  writeFileSync(inDirectory('admission.yaml'), admissionConfiguration);
  // Not yet the guide's file: this API server has no client certificate.
  writeFileSync(inDirectory('webhooks.kubeconfig'), JSON.stringify({ apiVersion: 'v1', kind: 'Config' }));

  controlPlane = await startControlPlane({
    apiServerFlags: [
      `--admission-control-config-file=${inDirectory('admission.yaml')}`,
      `--egress-selector-config-file=${inDirectory('egress.yaml')}`,
    ],
  });
  api = apiOf(controlPlane);
  await api.createNamespace('tf-public');
  await api.createNamespace(TOOL, { tenancy: 'tool' });
  await succeeds(controlPlane.kubectl(['apply', '-f', pathOf('manifests/install.yaml')]));
  program = await startProgram(
    ...['--kubeconfig', await kubeconfigOf(controlPlane, OURS, OURS), '--namespace', OURS],
    ...['--client-ca', inDirectory('ca.crt')],
  );
  tunnel.leadTo(program.tlsPort);
  await until(async () => (await program.readyz()).ready, 'the program to be ready');
});

afterAll(async () => {
  await program?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
  tunnel?.close();
  rmSync(directory, { recursive: true });
});

const pod = (image: string): Json => ({
  metadata: { generateName: 'probe-' },
  spec: { containers: [{ name: 'job', image }] },
});
const deployment = (image: string): Json => ({
  metadata: { name: 'probe' },
  spec: {
    selector: { matchLabels: { app: 'probe' } },
    template: { metadata: { labels: { app: 'probe' } }, spec: { containers: [{ name: 'web', image }] } },
  },
});
const REFUSED = 'tls: certificate required';

test('an API server without a client certificate gets no answer, and the failure policies decide', async () => {
  // Until it has the caBundle, it fails for another reason.
  await until(
    async () => (await api.refused(PODS, pod('tf-python39'))).includes(REFUSED),
    'the handshake to fail for want of a client certificate',
  );
  // The connection may close before the API server has read the alert: it says EOF then.
  let message = '';
  await until(async () => {
    message = await api.refused(CONFIG_MAPS, configMap(GOOD));
    return message.includes(REFUSED);
  }, 'the handshake for a ConfigMap to fail for want of a client certificate');
  expect(message).toContain('failed calling webhook "catalog.image-config.toolforge.org"');
  const { spec } = await api.create(PODS, pod('registry.example.org/foreign:1'));
  expect(spec.containers[0].image).toBe('registry.example.org/foreign:1');
  await expect
    .poll(() => program.logged('client refused').at(-1))
    .toMatchObject({ client: { reason: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' } });
  expect(program.logged('review answered')).toEqual([]);
});

test('an API server with the certificate and kubeconfig of the guide gets an answer on every path of the Service', async () => {
  await controlPlane.stopApiServer();
  writeFileSync(inDirectory('webhooks.kubeconfig'), kubeconfig);
  await controlPlane.startApiServer();

  await api.create(CONFIG_MAPS, configMap(GOOD));
  await until(async () => {
    const answer = await controlPlane.request(PODS, { method: 'POST', body: pod('tf-python39') });
    return answer.status === 201;
  }, 'the catalog to be served');
  const { spec, metadata } = await api.create(PODS, pod('tf-python39'));
  expect(spec.containers[0].image).toBe(URL_39);
  expect(metadata.annotations['requested.image-config.toolforge.org/job']).toBe('tf-python39');
  await api.create(`/apis/apps/v1/namespaces/${TOOL}/deployments`, deployment('tf-python37'));

  const paths = () => new Set(program.logged('review answered').map(({ path }) => path));
  await api.create(PODS, pod('nginx'));
  await expect
    .poll(paths)
    .toEqual(
      new Set(['/mutate-pods', '/mutate-pods/short-names', '/validate-image-config', '/warn-workloads']),
    );
});

interface Tunnel {
  /** Connects to this port from now on. */
  readonly leadTo: (port: number) => void;
  readonly close: () => void;
}

/** An HTTP proxy with CONNECT, as between an API server and a separate network of Pods. */
async function startTunnel(at: string): Promise<Tunnel> {
  let leadsTo = 0;
  const sockets = new Set<Socket>();
  const server = createServer().on('connect', (_request, near: Socket) => {
    const far = connect(leadsTo, '127.0.0.1', () => near.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  await once(server.listen(at), 'listening');
  return {
    leadTo: (port) => {
      leadsTo = port;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function egressThrough(udsName: string): Json {
  const connection = { proxyProtocol: 'HTTPConnect', transport: { uds: { udsName } } };
  return {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [{ name: 'cluster', connection }],
  };
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noticeTargets } from '../../src/cli/notice/formats.ts';
import { encodeState } from '../../src/site/state.ts';
import { ApiServer } from '../support/api-server.ts';
import { kubeconfigOf, store } from '../support/audited.ts';
import { formats, runCli, verbs } from '../support/run-cli.ts';
import { stateOf } from '../support/site-state.ts';
import { temporaryDirectory } from '../support/temporary.ts';

/** A window title and a colour (ESC, C1), a direction, line separators, a character without width, half a surrogate pair. */
const EVIL = '\u001b]0;evil\u0007\u009b31m\u202e\u2066\u2028\u2029\u200b\ud800';
/** The same for file names, arguments and the environment, which are UTF-8. */
const EVIL_NAME = EVIL.slice(0, -1);
/** The characters of a direction, or without width, that a catalog without errors may hold. */
const SUBTLY_EVIL = 'evil\u200e\u061c\u00ad\u{e0001}';
const STEERS_A_TERMINAL = /[^\P{C}\r\n]|[\u2028\u2029]/u;

/** A scalar of YAML that is also JSON. */
const quoted = JSON.stringify;

const entry = (name: string, image: string, rest = ''): string =>
  `${quoted(name)}:\n  state: stable\n  image: ${quoted(image)}\n  variants: {}\n${rest}`;

const R = 'registry.example.org';
const deprecated = `old:
  state: deprecated
  image: ${R}/old
  variants: {${SUBTLY_EVIL}: {image: ${R}/old-variant}}
  deprecation: {replacement: good, url: https://example.org/${SUBTLY_EVIL}}
`;

/** Hostile text in a catalog without errors, in one with errors, and in one that is no YAML. */
const catalogs = {
  valid: `${entry('good', `${R}/good`)}${deprecated}`,
  faulty: `${entry('good', `${R}/${EVIL}`, `  aliases: [${quoted(EVIL)}]\n  ${quoted(EVIL)}: x\n`)}${entry(EVIL, EVIL)}`,
  raw: `good${EVIL_NAME}: [\n`,
} as const;

const review = (request: object): string =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: EVIL,
      operation: 'CREATE',
      namespace: EVIL,
      name: EVIL,
      userInfo: { username: EVIL },
      ...request,
    },
  });

const reviews = {
  pod: review({
    kind: { group: '', kind: 'Pod' },
    resource: { group: '', resource: 'pods' },
    object: {
      metadata: { annotations: { [`name.image-config.toolforge.org/${EVIL}`]: EVIL } },
      spec: {
        containers: [
          { name: `old${EVIL}`, image: 'old' },
          { name: EVIL, image: EVIL },
          { name: 'unknown', image: `${R}/${EVIL}` },
        ],
      },
    },
  }),
  configMap: review({
    kind: { group: '', kind: 'ConfigMap' },
    resource: { group: '', resource: 'configmaps' },
    object: {
      metadata: { name: 'image-config', namespace: 'tf-public' },
      data: { 'images-v1.yaml': catalogs.faulty },
    },
  }),
  other: review({ kind: { group: EVIL, kind: EVIL }, resource: { group: EVIL, resource: EVIL } }),
  wrong: JSON.stringify({ apiVersion: EVIL, kind: EVIL }),
} as const;

const hostileCluster = {
  catalog: catalogs.valid,
  tools: ['tool-evil'],
  workloads: [
    ...['old', EVIL, `${R}/${EVIL}`, `${R}/old`].map((image, index) => ({
      kind: 'Pod' as const,
      namespace: 'tool-evil',
      name: `pod-${index}`,
      spec: { containers: [{ name: EVIL, image }] },
      annotations: { [`requested.image-config.toolforge.org/${EVIL}`]: EVIL },
      owner: { kind: `Kind${EVIL}`, name: EVIL },
    })),
  ],
};

/** The state of a `serve`, as any process that listens there may send it. */
const state = encodeState({
  ...stateOf(catalogs.valid),
  use: {
    known: true,
    workloads: [
      { tool: 'evil', workload: `Deployment/${EVIL}`, image: 'old', asksFor: EVIL },
      { tool: EVIL, workload: EVIL, image: 'old', asksFor: EVIL, client: EVIL },
    ],
  },
});

/** A jobs.yaml, and one that is no YAML. */
const toolFiles = {
  jobs: `- {name: ${quoted(EVIL)}, command: x, image: old}\n- {name: b, command: x, image: evil}\n- {name: c, command: x, image: ${quoted(`${R}/${EVIL}`)}}\n- {name: d, command: x, image: ${R}/old-variant}\n`,
  rawJobs: `- image${EVIL_NAME}: [\n`,
} as const;

let files: Awaited<ReturnType<typeof temporaryDirectory>>;
let api: ApiServer;
const file = (name: string): string => join(files.path, `${name}${EVIL_NAME}`);

beforeAll(async () => {
  files = await temporaryDirectory();
  for (const [name, text] of Object.entries({ ...catalogs, ...reviews, ...toolFiles, state }))
    await writeFile(file(name), text);
  await mkdir(join(files.path, 'tools'));
  await writeFile(join(files.path, 'tools', `a${EVIL_NAME}.yaml`), toolFiles.rawJobs);
  await writeFile(join(files.path, 'tools', `b${EVIL_NAME}.yaml`), toolFiles.jobs);
  api = await ApiServer.start();
  store(api, hostileCluster);
  await writeFile(file('kubeconfig'), kubeconfigOf(api));
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
});

/** Command lines of each verb that prints in several formats. */
const withFormats: Readonly<Record<string, () => string[][]>> = {
  lint: () => [
    [file('faulty'), file('raw'), file('valid')],
    ['--against', file('valid'), file('faulty')],
    ['--against', file('faulty'), file('valid')],
    [file('nowhere')],
  ],
  check: () => [
    ['--catalog', file('valid'), file('jobs'), file('rawJobs'), file('nowhere')],
    ['--catalog', file('valid'), join(files.path, 'tools')],
    ['--catalog', file('faulty'), file('jobs')],
  ],
  resolve: () => [
    ['--catalog', file('valid'), 'old', EVIL_NAME, `${R}/${EVIL_NAME}`, `${R}/old@${EVIL_NAME}`],
    ['--catalog', file('faulty'), 'good'],
  ],
  list: () => [
    ['--catalog', file('valid'), '--all'],
    ['--catalog', file('raw')],
  ],
  diff: () => [
    [file('valid'), file('faulty')],
    [file('faulty'), file('valid')],
    [file('raw'), file('valid')],
    [file('nowhere'), file('valid')],
  ],
  review: () =>
    Object.keys(reviews).map((name) => ['--catalog', file('valid'), '--past-removal', 'deny', file(name)]),
  audit: () =>
    [
      ['--all'],
      ['--edit', file('faulty')],
      ['--edit', file('valid')],
      ['--catalog', file('faulty')],
      ['--catalog', file('valid'), '--edit', file('raw')],
      ['-n', EVIL_NAME],
    ].map((options) => ['--kubeconfig', file('kubeconfig'), ...options]),
};

const withoutFormats: Readonly<Record<string, () => string[][]>> = {
  explain: () => [[EVIL_NAME]],
  certs: () => [
    ['--host', EVIL_NAME],
    ['--dir', file('certs')],
    ['--dir', file('certs')],
    ['--dir', join(file('valid'), 'a')],
  ],
  serve: () => [
    [
      '--catalog',
      file('nowhere'),
      '--cert-dir',
      file('nowhere'),
      '--client-ca',
      file('nowhere'),
      '--tls-port',
      '0',
      '--ops-port',
      '0',
    ],
    ['--precedence', EVIL_NAME],
  ],
  notice: () => [
    ['--state', file('raw')],
    ['--state', file('state'), '--image', EVIL_NAME],
    ...Object.keys(noticeTargets).map((to) => ['--state', file('state'), '--to', to]),
  ],
  site: () => [
    ['--port', EVIL_NAME],
    ['--precedence', EVIL_NAME],
  ],
};

/** Runs it, and expects hostile text in the output, and of it nothing that steers a terminal. */
async function expectHarmless(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { stdout, stderr } = await runCli(argv, { env });
  expect(`${stdout}${stderr}`).toContain('evil');
  expect(stdout).not.toMatch(STEERS_A_TERMINAL);
  expect(stderr).not.toMatch(STEERS_A_TERMINAL);
}

describe('hostile text', () => {
  it('is given to every verb', () => {
    expect(Object.keys({ ...withFormats, ...withoutFormats }).sort()).toEqual(
      verbs.map((verb) => verb.name()).sort(),
    );
    expect([...new Set(formats.map(([verb]) => verb))].sort()).toEqual(Object.keys(withFormats).sort());
  });

  it('reaches the rows of list, resolve and audit', async () => {
    for (const argv of [
      ['list', '--all', '--format', 'json'],
      ['resolve', '--format', 'json', 'old'],
      ['audit', '--format', 'json', '--kubeconfig', file('kubeconfig')],
    ])
      expect((await runCli([...argv, '--catalog', file('valid')])).stdout).toContain('evil');
  });

  it.each(formats)('does not steer a terminal through %s --format %s', async (verb, format) => {
    for (const argv of withFormats[verb]?.() ?? []) await expectHarmless([verb, '--format', format, ...argv]);
  });

  it.each(Object.keys(withoutFormats))('does not steer a terminal through %s', async (verb) => {
    for (const argv of withoutFormats[verb]?.() ?? []) await expectHarmless([verb, ...argv]);
  });

  it.each<[where: string, argv: string[], env?: Record<string, string>]>([
    ['the name of a verb', [EVIL_NAME]],
    ['the name of an option', ['lint', `--${EVIL_NAME}`]],
    ['a format', ['lint', '--format', EVIL_NAME, 'x']],
    ['the value of an option', ['lint', '--today', EVIL_NAME, 'x']],
    ['a list', ['lint', '--states', EVIL_NAME, 'x']],
    ['the value of a variable', ['lint', 'x'], { IMAGE_CONFIG_STATES: EVIL_NAME }],
    ['the name of a variable', ['serve'], { [`IMAGE_CONFIG_${EVIL_NAME}`]: 'x' }],
  ])('does not steer a terminal through %s', (_, argv, env) => expectHarmless(argv, env));

  it('is recognised by the check of these tests, character by character', () => {
    for (const character of EVIL.replace(/[^\P{C}]|[\u2028\u2029]/gu, '\n$&')
      .split('\n')
      .slice(1))
      expect(character).toMatch(STEERS_A_TERMINAL);
  });
});

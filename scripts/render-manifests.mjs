// Renders manifests/install.yaml and install-cert-manager.yaml from the chart, for an install without helm.
//
//     node scripts/render-manifests.mjs [DIR]      DIR is manifests/ by default
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHelm, NO_HELM } from './find-helm.mjs';

const NAME = 'image-config-admission';
const manifests = fileURLToPath(new URL('../manifests', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** @type {Readonly<Record<string, {about: string, values: string[]}>>} */
const files = {
  'install.yaml': {
    about: 'It issues and renews its own certificates.',
    values: [],
  },
  'install-cert-manager.yaml': {
    about: 'cert-manager issues and renews its certificates, and has to be installed first.',
    values: ['--values', join(manifests, 'values', 'cert-manager.yaml')],
  },
};

/**
 * Objects that others need come first, and the webhooks last, after the Deployment that answers them. helm's own order
 * differs between its versions.
 */
const order = [
  'Namespace',
  'ServiceAccount',
  'ConfigMap',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'Issuer',
  'Certificate',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'Service',
  'Deployment',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
];

const helm = findHelm();
if (helm === undefined) {
  console.error(NO_HELM);
  process.exit(1);
}
const target = process.argv[2] ?? manifests;
for (const [file, { about, values }] of Object.entries(files))
  writeFileSync(join(target, file), header(about) + documents(helm, values).join(''));

/** @param {string} about */
function header(about) {
  return `# ${NAME} ${version}. ${about}
# Rendered from manifests/chart by scripts/render-manifests.mjs: edit the chart instead. README.md beside this file says how to
# install it, and where to change the name of the image.
`;
}

/**
 * @param {string} program
 * @param {readonly string[]} values
 */
function documents(program, values) {
  const text = execFileSync(
    program,
    [
      ...['template', NAME, join(manifests, 'chart'), '--namespace', NAME],
      // The oldest version that the chart allows: the output must not depend on the version of helm.
      ...['--kube-version', '1.30.0'],
      ...['--set', 'namespace.create=true', '--set-string', `image.tag=${version}`],
      ...values,
    ],
    { encoding: 'utf8' },
  );
  return text
    .split(/^---\n/m)
    .filter((document) => document.trim() !== '')
    .map((document) => withAnnotations(document.replace(/^# Source: .*\n/, '')))
    .sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1))
    .map((document) => `---\n${document.trimEnd()}\n`);
}

/**
 * The same object with a field for annotations, although it is empty. `kubectl apply` adds the field to the configuration
 * that it records, and a server-side apply does not. Without the field `kubectl diff --server-side` would list every object.
 *
 * @param {string} document
 */
function withAnnotations(document) {
  const hasAny = /^ {2}annotations:/m.test(document);
  return hasAny ? document : document.replace(/^metadata:\n/m, '$&  annotations: {}\n');
}

/** @param {string} document */
function place(document) {
  const kind = /^kind: (\w+)$/m.exec(document)?.[1] ?? '';
  const index = order.indexOf(kind);
  if (index < 0) throw new Error(`render-manifests.mjs: ${kind} has no place in the order of objects`);
  return index;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import type { Json } from '../support/reviews.ts';

const ROOT = new URL('../../', import.meta.url);
export const pathOf = (file: string): string => fileURLToPath(new URL(file, ROOT));

/** The files for an install without helm. */
export const rendered = ['install.yaml', 'install-cert-manager.yaml'] as const;

export const manifestText = (file: string): string => readFileSync(pathOf(`manifests/${file}`), 'utf8');
const objectsIn = (yaml: string): Json[] => loadAll(yaml).filter((object) => object !== null);
export const manifest = (file: (typeof rendered)[number]): Json[] => objectsIn(manifestText(file));

/** The only object of a kind, or of a kind and name; throws when there is none or more than one. */
export function only(objects: readonly Json[], kind: string, name?: string): Json {
  const found = objects.filter(
    (object) => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  );
  if (found.length !== 1) throw new Error(`there are ${found.length} objects ${kind} ${name ?? ''}`);
  return found[0];
}

/** Path of helm, or undefined: then the tests that need it are skipped. In CI a missing helm throws. */
export function findHelm(): string | undefined {
  const { status, stdout, stderr } = spawnSync(process.execPath, [pathOf('scripts/find-helm.mjs')], {
    encoding: 'utf8',
  });
  if (status === 0) return stdout.trim();
  if (process.env.CI) throw new Error(stderr);
  console.warn(`Tests of the chart are skipped: ${stderr}`);
  return undefined;
}

export interface Rendering {
  readonly objects: readonly Json[];
  /** helm's error; empty on success. */
  readonly refusal: string;
}

/** Renders a chart by helm with these values, in the namespace of the install guide. */
export function renderChart(helm: string, values: Json = {}, options: RenderOptions = {}): Rendering {
  const { namespace = 'image-config-admission', files = [], chart = pathOf('manifests/chart') } = options;
  const { status, stdout, stderr } = spawnSync(
    helm,
    [
      ...['template', 'image-config-admission', chart, '--namespace', namespace],
      ...files.flatMap((file) => ['--values', pathOf(`manifests/values/${file}`)]),
      ...['--values', '-', '--kube-version', options.kubeVersion ?? '1.32.11'],
    ],
    { input: JSON.stringify(values), encoding: 'utf8' },
  );
  return status === 0 ? { objects: objectsIn(stdout), refusal: '' } : { objects: [], refusal: stderr };
}

export interface RenderOptions {
  readonly namespace?: string;
  readonly files?: readonly string[];
  readonly kubeVersion?: string;
  /** The path of another chart than ours. */
  readonly chart?: string;
}

export const renderInto = (directory: string): void => {
  execFileSync(process.execPath, [pathOf('scripts/render-manifests.mjs'), directory], { stdio: 'pipe' });
};

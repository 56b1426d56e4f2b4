import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findHelm, only, renderChart } from '../../../test/manifests/manifests.ts';
import type { Json } from '../../../test/support/reviews.ts';
import { type Client, create } from '../api.ts';

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

/** The address of a webhook, and the CA of its certificate. */
export interface Called {
  readonly origin: string;
  readonly caBundle: string;
}

/** Installs the webhooks for Pods of the chart with these values, for the namespaces with this label `bench`. */
export async function configureOurs(
  api: Client,
  { origin, caBundle }: Called,
  { label, values, files }: { readonly label: string; readonly values: Json; readonly files: string[] },
): Promise<void> {
  const podWebhooks = {
    ...values.podWebhooks,
    namespaceSelector: { matchLabels: { tenancy: null, bench: label } },
  };
  const { objects, refusal } = renderChart(
    findHelm() ?? '',
    { image: { tag: 'bench' }, ...values, podWebhooks },
    { files },
  );
  if (refusal !== '') throw new Error(refusal);
  const { webhooks } = only(objects, 'MutatingWebhookConfiguration');
  await create(api, CONFIGURATIONS, {
    metadata: { name: `zz-bench-${label}` },
    webhooks: webhooks.map(({ clientConfig, ...webhook }: Json) => ({
      ...webhook,
      clientConfig: { url: `${origin}${clientConfig.service.path}`, caBundle },
    })),
  });
}

/** A process that only returns the answers of this webhook. */
export interface SameAnswer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly caBundle: string;
}

export async function startSameAnswer(ours: string): Promise<SameAnswer> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-bare-'));
  execFileSync(process.execPath, ['dist/main.js', 'certs', '--dir', dir]);
  const script = fileURLToPath(new URL('same-answer.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, join(dir, 'tls.crt'), join(dir, 'tls.key'), ours], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    port: Number(port),
    caBundle: readFileSync(join(dir, 'ca.crt')).toString('base64'),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await rm(dir, { recursive: true });
    },
  };
}

/** Installs one webhook for every creation and update of Pods, without conditions. */
export async function configureBare(api: Client, { origin, caBundle }: Called): Promise<void> {
  await create(api, CONFIGURATIONS, {
    metadata: { name: 'zz-bench-bare' },
    webhooks: [
      {
        name: 'bare.image-config-admission.test',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        clientConfig: { url: `${origin}/mutate-pods`, caBundle },
        namespaceSelector: { matchLabels: { bench: 'bare' } },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] },
        ],
      },
    ],
  });
}

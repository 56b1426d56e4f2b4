import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readPanels } from '../../scripts/monitoring/dashboard.mjs';
import { digestOf } from '../../src/catalog/load.ts';
import { selfSigned } from '../../src/certificates/issuer.ts';
import { hasPromtool } from '../monitoring/promtool.ts';
import { HOST } from '../support/catalog.ts';
import { openRaw, rawReview, send } from '../support/https-client.ts';
import { podOf, podReview, reviewBytes } from '../support/reviews.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { attachControlPlane } from './control-plane.ts';
import { apiOf } from './support/api.ts';
import { BAD, CATALOG, CONFIG_MAPS, configMap, GOOD, KEY, URL_37 } from './support/catalog.ts';
import { kubeconfigOf, succeeds } from './support/commands.ts';
import { cleanUp, type Installed, install, leaderAmong, OURS } from './support/installed.ts';
import { type Program, startProgram } from './support/program.ts';
import { type Prometheus, startPrometheus } from './support/prometheus.ts';
import { createTool, type Tool } from './support/workloads.ts';

/*
 * The alerts in a running Prometheus, with all their durations divided by 60. It scrapes two replicas, one without any rights and one
 * with a short certificate. The tests run in this order.
 *
 * These alerts need more than a test can bring about, and promtool tests them (test/monitoring): MemoryNearLimit a limit of memory,
 * ObserveMode hours, and the three of DeprecatedInUse a certain time of the day.
 */

const controlPlane = attachControlPlane(inject('site'));
const api = apiOf(controlPlane);
const kubectl = (...args: readonly string[]) => succeeds(controlPlane.kubectl(args));
/** Most alerts have to hold for a minute, which was an hour. */
const WITHIN = { timeout: 150_000, interval: 500 };

const catalogWithRemoval = (removal: string): string => `${GOOD}expired:
  state: deprecated
  image: ${HOST}/toolforge-expired
  deprecation: {removal: '${removal}'}
  variants: {jobs-framework: {image: ${HOST}/toolforge-expired}}
`;
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

let installed: Installed;
let prometheus: Prometheus;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let tool: Tool;
/** A replica that the API server refuses everything. */
let powerless: Program;
/** A replica without a cluster, in observe mode. Its certificate ends in five hours. */
let ending: Program;

async function startEnding(): Promise<Program> {
  const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  const pair = await selfSigned({ ...names, now: new Date(), days: 5 / 24 });
  const file = (name: string): string => join(directory.path, name);
  await writeFile(file('tls.crt'), pair.certificate);
  await writeFile(file('tls.key'), pair.key);
  await writeFile(file('catalog.yaml'), GOOD);
  return startProgram('--catalog', file('catalog.yaml'), '--cert-dir', directory.path, '--enforce', 'false');
}

describe.skipIf(!hasPromtool())('Prometheus', () => {
  beforeAll(async () => {
    directory = await temporaryDirectory();
    powerless = await startProgram(
      '--kubeconfig',
      await kubeconfigOf(controlPlane, 'default', 'default', 'powerless'),
      '--namespace',
      OURS,
    );
    ending = await startEnding();
    installed = await install(controlPlane, {
      replicas: 2,
      before: () => api.create(CONFIG_MAPS, configMap(catalogWithRemoval(YESTERDAY))),
    });
    tool = await createTool(api, 'watched');
    await leaderAmong(() => installed.replicas);
    prometheus = await startPrometheus(controlPlane, installed.replicas, 60);
  });

  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    for (const replica of [powerless, ending]) replica?.kill('SIGKILL');
    await cleanUp(controlPlane, installed, 'tool-watched');
    await directory?.[Symbol.asyncDispose]();
  });

  it('fires no alert while two replicas are healthy', async () => {
    await tool.pod('old', `${HOST}/toolforge-expired:latest`);
    await tool.pod('unlisted', `${HOST}/toolforge-unlisted:latest`);
    // Longer than the shorter durations of the alerts, which are up to fifteen seconds.
    await expect
      .poll(() => prometheus.query('min(count_over_time(image_config_admission_ready[1m])) >= 20'), WITHIN)
      .toHaveLength(1);
    expect(await prometheus.fired()).toEqual([]);
  });

  it('fires alerts about the catalog, rights, certificates, Events and slow answers', async () => {
    prometheus.scrape([...installed.replicas, powerless, ending]);
    const rules = (await api.get(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${OURS}`)).rules;
    const withoutEvents = rules.filter(
      ({ resources }: { resources: string[] }) => !resources.includes('events'),
    );
    await api.merge(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${OURS}`, { rules: withoutEvents });
    await tool.pod('deprecated', URL_37);
    const annotations = { 'image-config.toolforge.org/accept': digestOf(BAD) };
    await api.merge(CATALOG, { metadata: { annotations }, data: { [KEY]: BAD } });
    // It is counted, since this replica observes.
    await send({ port: ending.tlsPort, path: '/validate-image-config', body: reviewBytes('refused-edit') });
    const [replica] = installed.replicas;
    await expect
      .poll(async () => {
        await answerSlowly(replica?.tlsPort ?? 0);
        return prometheus.firing();
      }, WITHIN)
      .toContain('ImageConfigSlowAnswers');
    await expect
      .poll(() => prometheus.firing(), WITHIN)
      .toEqual(
        expect.arrayContaining([
          'ImageConfigAdmissionNotReady',
          'ImageConfigCatalogInvalid',
          'ImageConfigCatalogOutdated',
          'ImageConfigCertificateExpiring',
          'ImageConfigCertificateRenewalFailing',
          'ImageConfigEventsWaiting',
          'ImageConfigRemovalOverdue',
          'ImageConfigUsageUnknown',
        ]),
      );
  }, 160_000);

  it.each(readPanels())('gives data for the panel "$title"', async ({ queries }) => {
    for (const { expr } of queries) {
      const now = expr.replaceAll('$__rate_interval', '2m');
      expect(await prometheus.query(now), expr).not.toEqual([]);
    }
  });

  it('fires an alert while no replica leads', async () => {
    await kubectl('delete', 'rolebinding', `${OURS}-lease`, '-n', OURS);
    await expect.poll(() => prometheus.firing(), WITHIN).toContain('ImageConfigEventsWithoutLeader');
  }, 160_000);

  it('fires an alert about a watch that was silent for more than 130 s', async () => {
    await expect.poll(() => prometheus.firing(), WITHIN).toContain('ImageConfigWatchSilent');
  }, 160_000);

  it('fires alerts when no replica runs: that none is ready, and what API servers do', async () => {
    await installed.applyAgain();
    await expect
      .poll(
        async () =>
          (
            await controlPlane.request(CATALOG, {
              method: 'PATCH',
              contentType: 'application/merge-patch+json',
              body: { data: { [KEY]: catalogWithRemoval('2099-01-01') } },
            })
          ).status,
        WITHIN,
      )
      .toBe(200);
    for (const replica of [powerless, ending]) replica.kill('SIGKILL');
    await installed.killAll();
    await expect
      .poll(async () => {
        await controlPlane.request(`/api/v1/namespaces/${tool.namespace}/pods?dryRun=All`, {
          method: 'POST',
          body: {
            metadata: { name: 'lost' },
            spec: { containers: [{ name: 'main', image: 'tf-python39' }] },
          },
        });
        return prometheus.firing();
      }, WITHIN)
      .toEqual(['ImageConfigAdmissionDown', 'ImageConfigWebhookIgnored', 'ImageConfigWebhookUnreachable']);
  }, 160_000);

  it('fires none any more when all is repaired, and has fired no other', async () => {
    await installed.startReplica();
    prometheus.scrape(installed.replicas);
    await expect.poll(() => prometheus.firing(), WITHIN).toEqual([]);
    expect(await prometheus.fired()).toEqual([
      'ImageConfigAdmissionDown',
      'ImageConfigAdmissionNotReady',
      'ImageConfigCatalogInvalid',
      'ImageConfigCatalogOutdated',
      'ImageConfigCertificateExpiring',
      'ImageConfigCertificateRenewalFailing',
      'ImageConfigEventsWaiting',
      'ImageConfigEventsWithoutLeader',
      'ImageConfigRemovalOverdue',
      'ImageConfigSlowAnswers',
      'ImageConfigUsageUnknown',
      'ImageConfigWatchSilent',
      'ImageConfigWebhookIgnored',
      'ImageConfigWebhookUnreachable',
    ]);
  }, 160_000);

  it.runIf(process.env.RECORD_DASHBOARD)('records what the dashboard shows of all this', async () => {
    const panels = await Promise.all(
      readPanels().map(async ({ title, queries }) => ({
        title,
        queries: await Promise.all(
          queries.map(({ expr }) => prometheus.history(expr.replaceAll('$__rate_interval', '30s'))),
        ),
      })),
    );
    expect(panels.flatMap(({ queries }) => queries).filter((series) => series.length === 0)).toEqual([]);
    await writeFile(RECORDED, `${JSON.stringify(panels)}\n`);
  });
});

/** What `npm run monitoring:plot` draws. */
const RECORDED = new URL('../fixtures/monitoring/dashboard.json', import.meta.url);

/** Sends a review whose body takes 150 ms to arrive. Its time counts from its headers. */
async function answerSlowly(port: number): Promise<void> {
  const connection = await openRaw(port);
  const review = rawReview(JSON.stringify(podReview(podOf({ main: 'nginx' }))), '/mutate-pods');
  connection.socket.write(review.slice(0, -10));
  await pause(150);
  connection.socket.write(review.slice(-10));
  await expect.poll(() => connection.received()).toContain('"uid"');
  connection.socket.destroy();
}

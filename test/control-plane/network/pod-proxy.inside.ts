import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pathOf } from '../../manifests/manifests.ts';
import { podJob, podTargets, scrapeJob, scrapeRules } from '../../manifests/toolforge-prometheus.ts';
import { HOST } from '../../support/catalog.ts';
import { pageText } from '../../support/pages.ts';
import type { Json } from '../../support/reviews.ts';
import { type ControlPlane, startControlPlane } from '../control-plane.ts';
import { type Api, apiOf } from '../support/api.ts';
import { CONFIG_MAPS, configMap, GOOD } from '../support/catalog.ts';
import { kubeconfigOf, succeeds } from '../support/commands.ts';
import { OURS } from '../support/installed.ts';
import { type PrometheusProcess, startPrometheusProcess } from '../support/prometheus-process.ts';
import { type Kubelet, startKubelet } from './kubelet.ts';

/*
 * Metrics as Toolforge scrapes them: Prometheus lists the Pods, and asks the API server for /metrics of each through its Pod proxy. The
 * job and the rights are those of manifests/toolforge/README.md. Only the discovery of Pods is played by the test. The tests run in this
 * order.
 */

/** A catalog with a removal date, for the metric of it. */
const WITH_REMOVAL = `${GOOD}leaving:
  state: deprecated
  image: ${HOST}/toolforge-leaving
  deprecation: {removal: '2099-01-01'}
  variants: {jobs-framework: {image: ${HOST}/toolforge-leaving}}
`;
const RULES = 'manifests/monitoring/toolforge/image-config-admission.yaml';
const SCRAPER = 'prometheus';
const PODS = `/api/v1/namespaces/${OURS}/pods`;
const ROLE = `/apis/rbac.authorization.k8s.io/v1/namespaces/${OURS}/roles`;

let controlPlane: ControlPlane;
let api: Api;
let kubelet: Kubelet;
let prometheus: PrometheusProcess;
let token: string;

const asScraper = (path: string) => controlPlane.request(path, { token });
const kubectl = (line: string) => succeeds(controlPlane.kubectl(line.split(' ')));

async function allowScraping(): Promise<void> {
  await api.create(`/api/v1/namespaces/default/serviceaccounts`, { metadata: { name: SCRAPER } });
  await api.create(ROLE, { metadata: { name: SCRAPER }, rules: scrapeRules() });
  await kubectl(
    `-n ${OURS} create rolebinding ${SCRAPER} --role=${SCRAPER} --serviceaccount=default:${SCRAPER}`,
  );
}

beforeAll(async () => {
  controlPlane = await startControlPlane({ aggregatorRouting: true });
  api = apiOf(controlPlane);
  await api.createNamespace('tf-public');
  await api.create(CONFIG_MAPS, configMap(WITH_REMOVAL));
  kubelet = await startKubelet(controlPlane, {
    namespace: OURS,
    kubeconfig: () => kubeconfigOf(controlPlane, OURS, OURS),
  });
  await kubectl(`apply -f ${pathOf('manifests/install.yaml')}`);
  await kubectl(`-n ${OURS} rollout status deployment/${OURS} --timeout=60s`);
  await allowScraping();
  token = (await kubectl(`-n default create token ${SCRAPER}`)).trim();
  prometheus = await startPrometheusProcess();
  const pods = await asScraper(PODS);
  expect(pods).toMatchObject({ status: 200 });
  prometheus.write('targets.json', podTargets(JSON.parse(pods.body)));
  const discovered = prometheus.fileOf('targets.json');
  prometheus.configure({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    scrape_configs: [scrapeJob(podJob(), new URL(controlPlane.url), { token, discovered })],
    rule_files: [pathOf(RULES)],
  });
});

afterAll(async () => {
  await prometheus?.[Symbol.asyncDispose]();
  await kubelet?.[Symbol.asyncDispose]();
  await controlPlane?.stop();
});

/** The values of a metric by Pod. */
const byPod = async (metric: string): Promise<Json> =>
  Object.fromEntries(
    (await prometheus.query(metric)).map(({ metric: { pod_name: pod }, value }) => [pod, value]),
  );
const eachReplica = (value: number): Json =>
  Object.fromEntries([...kubelet.running.keys()].map((pod) => [pod, value]));

it('the documented rights let Prometheus watch the Pods, and change nothing', async () => {
  expect(await asScraper(`${PODS}?watch=true&timeoutSeconds=1`)).toMatchObject({ status: 200 });
  const remove = controlPlane.request(PODS, { token, method: 'DELETE' });
  expect(await remove).toMatchObject({ status: 403 });
});

it('each replica is scraped once, and is told apart by the label pod_name', async () => {
  expect(kubelet.running.size).toBe(2);
  await expect.poll(() => byPod('up'), { timeout: 30_000 }).toEqual(eachReplica(1));
  expect(await prometheus.query('up')).toHaveLength(2);
  await expect.poll(() => byPod('image_config_admission_ready')).toEqual(eachReplica(1));
  const [{ metric } = { metric: {} }] = await prometheus.query('image_config_admission_ready');
  expect(metric).toMatchObject({
    job: podJob().name,
    instance: new URL(controlPlane.url).host,
    pod_label_app_kubernetes_io_name: OURS,
  });
});

const expressions = (load(pageText(RULES)) as Json).groups.flatMap(({ rules }: Json) =>
  rules.map(({ expr }: Json) => expr),
) as string[];

it('every metric of ours in an alert is there, with the label by which the alert groups it', async () => {
  const metrics = new Set(expressions.join(' ').match(/\b(image_config_admission|process)_\w+/g));
  expect(metrics.size).toBeGreaterThan(10);
  // The histogram has no series before the first review.
  await api.createNamespace('tool-scraped', { tenancy: 'tool' });
  await kubectl('-n tool-scraped run probe --image=tf-python39 --dry-run=server');
  for (const metric of metrics)
    await expect.poll(() => prometheus.query(metric), { message: metric }).not.toEqual([]);
  const grouped = expressions.flatMap((expr) => [
    ...expr.matchAll(/by \((\w+)\)\s+\((image_config_admission_\w+)/g),
  ]);
  expect(grouped.length).toBeGreaterThan(1);
  for (const [, label = '', metric = ''] of grouped)
    expect(await prometheus.query(`${metric}{${label}=""}`), metric).toEqual([]);
});

it('no alert of the shipped rules is pending', async () => {
  const names = (await prometheus.get('/api/v1/rules')).data.groups.flatMap(({ rules }: Json) =>
    rules.map(({ name }: Json) => name),
  );
  expect(names).toHaveLength(expressions.length);
  await expect.poll(() => prometheus.query('ALERTS'), { timeout: 30_000 }).toEqual([]);
});

it('without the right to pods/proxy each scrape is refused, and the alert about no replica is pending', async () => {
  const rules = scrapeRules().filter(({ resources }) => !resources.includes('pods/proxy'));
  expect(rules).toHaveLength(1);
  await api.merge(`${ROLE}/${SCRAPER}`, { rules });
  await expect.poll(() => byPod('up')).toEqual(eachReplica(0));
  const { activeTargets } = (await prometheus.get('/api/v1/targets?state=active')).data;
  for (const { lastError } of activeTargets) expect(lastError).toContain('403 Forbidden');
  const [pod] = kubelet.running.keys();
  const refused = await asScraper(`${PODS}/${pod}:${podJob().port}/proxy/metrics`);
  expect(refused.status).toBe(403);
  expect(refused.body).toContain('cannot get resource \\"pods/proxy\\"');
  await expect
    .poll(async () => (await prometheus.query('ALERTS')).map(({ metric }) => metric.alertname))
    .toEqual(['ImageConfigAdmissionDown']);
});

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { findHelm, only, renderChart } from '../manifests/manifests.ts';
import { pageText } from '../support/pages.ts';

const helm = findHelm();
const render = (monitoring: object = {}) => renderChart(helm ?? '', { monitoring }).objects;

describe.skipIf(helm === undefined)('the chart', () => {
  it('has no object of Prometheus Operator by default, since its CRDs may be missing', () => {
    expect(render().filter(({ apiVersion }) => apiVersion.startsWith('monitoring.coreos.com/'))).toEqual([]);
  });

  it('has the alerts as a PrometheusRule with monitoring.prometheusRule', () => {
    const rule = only(render({ prometheusRule: true, labels: { release: 'prometheus' } }), 'PrometheusRule');
    expect(rule.spec).toEqual(load(pageText('manifests/monitoring/prometheus-rules.yaml')));
    expect(rule.metadata.labels).toMatchObject({ release: 'prometheus' });
  });

  it('has the dashboard in a ConfigMap with monitoring.dashboard', () => {
    const { data, metadata } = only(
      render({ dashboard: true }),
      'ConfigMap',
      'image-config-admission-dashboard',
    );
    expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(JSON.parse(data['image-config-admission.json'])).toEqual(
      JSON.parse(pageText('manifests/monitoring/dashboard.json')),
    );
  });

  it('scrapes the port of /metrics of each replica, ready or not, with monitoring.serviceMonitor', () => {
    const objects = render({ serviceMonitor: true });
    const { spec } = only(objects, 'ServiceMonitor');
    const service = only(objects, 'Service', 'image-config-admission-metrics');
    expect(service.metadata.labels).toMatchObject(spec.selector.matchLabels);
    // The Service that API servers call has no port for metrics.
    expect(only(objects, 'Service', 'image-config-admission').metadata.labels).not.toMatchObject(
      spec.selector.matchLabels,
    );
    expect(spec.endpoints).toEqual([{ port: service.spec.ports[0].name, path: '/metrics' }]);
    expect(service.spec.publishNotReadyAddresses).toBe(true);
    const { template } = only(objects, 'Deployment').spec;
    expect(template.metadata.labels).toMatchObject(service.spec.selector);
    expect(template.spec.containers[0].ports).toContainEqual({
      name: service.spec.ports[0].targetPort,
      containerPort: 8080,
    });
  });
});

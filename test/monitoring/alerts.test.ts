import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { readAlerts, render, rulesFor } from '../../scripts/render-monitoring.mjs';
import { pathOf } from '../manifests/manifests.ts';
import { expectPart, filesEndingIn, markdownTable, pageText } from '../support/pages.ts';
import {
  bothHealthy,
  expectFiring,
  healthy,
  type Minutes,
  ofReplica,
  starting,
  until,
  withGap,
  withOneScrapeOf,
} from './firing.ts';
import { unknownMetrics } from './metric-names.ts';
import { hasPromtool, promtool } from './promtool.ts';

const directory = mkdtempSync(join(tmpdir(), 'alerts-'));
afterAll(() => rmSync(directory, { recursive: true }));

const alerts = readAlerts();
const names = alerts.map(({ alert }) => alert);

describe('the source of the alerts', () => {
  it('names each alert once', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(alerts)(
    '$alert has a severity, a duration, and the reason for it',
    ({ severity, why, ...alert }) => {
      expect(['critical', 'warning', 'info']).toContain(severity);
      expect(alert.for).toMatch(/^\d+[mhd]$/);
      expect(why).toMatch(/\.$/);
    },
  );

  it.each(alerts)('$alert takes all replicas together', ({ expr }) => {
    expect(expr).toMatch(/\b(?:max|min|sum|absent)\b/);
    expect(expr).not.toMatch(/\b(?:instance|job|pod)\b/);
  });

  it('uses only metrics that the program has, that prom-client has, or that API servers have', () => {
    expect(alerts.flatMap(({ expr }) => unknownMetrics(expr))).toEqual([]);
    expect(unknownMetrics('max(image_config_admission_redy)')).toEqual(['image_config_admission_redy']);
  });
});

describe('the rendered files', () => {
  render(directory);
  const files = filesEndingIn('').filter((file) =>
    /^(?:manifests\/(?:chart\/)?monitoring\/.*(?:rules\.yaml|\.json)|manifests\/monitoring\/toolforge\/.*|docs\/runbooks\/Image.*)$/.test(
      file,
    ),
  );

  it.each(files)('%s is what npm run monitoring renders', (file) => {
    expect(readFileSync(pathOf(file), 'utf8')).toBe(readFileSync(join(directory, file), 'utf8'));
  });

  it('for Toolforge have the labels and annotations of its alerts', () => {
    const text = pageText('manifests/monitoring/toolforge/image-config-admission.yaml');
    expect(
      text
        .match(/^ {10}\w+:/gm)
        ?.slice(0, 7)
        .map((key) => key.trim()),
    ).toEqual(
      ['severity', 'service', 'team', 'summary', 'description', 'runbook', 'dashboard'].map(
        (key) => `${key}:`,
      ),
    );
  });

  it('with all durations divided are as many rules with the same names', () => {
    const [quick] = rulesFor(undefined, 60).groups;
    expect(quick?.rules.map(({ alert }) => alert)).toEqual(names);
    expect(quick?.rules[0]).toMatchObject({ for: '5s' });
    expect(JSON.stringify(quick)).not.toMatch(/seconds\(|\[\d+[mhd]\]/);
  });
});

describe('docs/runbooks', () => {
  it('has a page for every alert, and no other but the list of them', () => {
    expect(readdirSync(pathOf('docs/runbooks')).sort()).toEqual(
      ['README.md', ...names.map((name) => `${name}.md`)].sort(),
    );
  });

  it('lists every alert', () => {
    const rows = alerts.map(({ alert, severity, for: held, summary }) => [
      `[${alert}](${alert}.md)`,
      severity,
      held,
      summary.replaceAll(/\{\{ \$(?:labels\.)?(\w+)[^}]*\}\}/g, '…'),
    ]);
    expectPart(
      'docs/runbooks/README.md',
      'alerts',
      markdownTable(['alert', 'severity', 'after', 'summary'], rows),
    );
  });

  it.each(names)('%s.md says what it means, what to look at, what to do, and when to escalate', (name) => {
    const page = pageText(`docs/runbooks/${name}.md`);
    expect(page.match(/^## .*$/gm)).toEqual(['## Meaning', '## Diagnosis', '## Mitigation', '## Escalation']);
    expect(page).toMatch(/```sh\n|\.md#diagnosis\)/);
  });
});

/** The condition of each alert begins after ten minutes. It is not firing just before it has held for long enough. */
const conditions: readonly {
  readonly alert: (typeof names)[number];
  readonly silentAt: string;
  readonly firesAt: string;
  readonly series: Minutes;
  /** The time from one value of a series to the next, if it is not a minute. */
  readonly step?: string;
}[] = [
  {
    alert: 'ImageConfigAdmissionDown',
    silentAt: '14m',
    firesAt: '16m',
    series: Object.fromEntries(Object.keys(bothHealthy).map((name) => [name, '1+0x9 stale _x600'])),
  },
  {
    alert: 'ImageConfigAdmissionNotReady',
    silentAt: '19m',
    firesAt: '21m',
    series: ofReplica({ ready: '1+0x9 0+0x600' }),
  },
  {
    alert: 'ImageConfigWebhookUnreachable',
    silentAt: '20m',
    firesAt: '22m',
    series: {
      'apiserver_admission_webhook_rejection_count{name="catalog.image-config.toolforge.org",error_type="calling_webhook_error"}':
        '3+0x10 4+1x600',
    },
  },
  {
    alert: 'ImageConfigWebhookIgnored',
    silentAt: '20m',
    firesAt: '22m',
    series: {
      'apiserver_admission_webhook_fail_open_count{name="images.image-config.toolforge.org",type="admit"}':
        '3+0x10 4+5x600',
    },
  },
  {
    alert: 'ImageConfigCatalogInvalid',
    silentAt: '19m',
    firesAt: '21m',
    series: ofReplica({ catalog_newest_served: '1+0x9 0+0x600' }),
  },
  {
    alert: 'ImageConfigCatalogOutdated',
    silentAt: '74m',
    firesAt: '76m',
    series: ofReplica({ catalog_outdated_since_timestamp_seconds: '0+0x9 600+0x600' }),
  },
  {
    alert: 'ImageConfigWatchSilent',
    silentAt: '16m',
    firesAt: '18m',
    series: ofReplica({ 'watch_silence_seconds{watch="pods"}': '20+0x9 20+60x600' }),
  },
  {
    alert: 'ImageConfigUsageUnknown',
    silentAt: '24m',
    firesAt: '26m',
    series: ofReplica({ usage_known: '1+0x9 0+0x600' }),
  },
  {
    alert: 'ImageConfigCertificateExpiring',
    silentAt: '69m',
    firesAt: '71m',
    series: ofReplica({ certificate_expiry_timestamp_seconds: `${14 * 86_400 + 590}+0x600` }),
  },
  {
    alert: 'ImageConfigCertificateRenewalFailing',
    silentAt: '69m',
    firesAt: '71m',
    series: ofReplica({ certificate_renewal_failing: '0+0x9 1+0x600' }),
  },
  {
    alert: 'ImageConfigEventsWithoutLeader',
    silentAt: '19m',
    firesAt: '21m',
    series: ofReplica({ events_leader: '1+0x9 0+0x600' }),
  },
  {
    alert: 'ImageConfigEventsWaiting',
    silentAt: '74m',
    firesAt: '76m',
    series: ofReplica({ events_waiting_since_timestamp_seconds: '0+0x9 600+0x600' }),
  },
  {
    alert: 'ImageConfigMemoryNearLimit',
    silentAt: '24m',
    firesAt: '26m',
    series: ofReplica({ process_resident_memory_bytes: '250000000+0x9 500000000+0x600' }),
  },
  {
    // Half of all reviews are slow from then on. After nine minutes they are 7 % of an hour's reviews.
    alert: 'ImageConfigSlowAnswers',
    silentAt: '68m',
    firesAt: '73m',
    series: ofReplica({
      'review_duration_seconds_bucket{path="/mutate-pods",operation="CREATE",verdict="patched",le="0.1"}':
        '0+1000x60 60000+0x600',
    }),
  },
  {
    alert: 'ImageConfigObserveMode',
    step: '1h',
    silentAt: '345h',
    firesAt: '347h',
    // The other series would have to last for two weeks, too.
    series: {
      ...Object.fromEntries(Object.keys(bothHealthy).map((name) => [name, '_'])),
      ...ofReplica({ enforcing: '1+0x9 0+0x400', ready: '1+0x400' }),
    },
  },
  ...(
    [
      ['ImageConfigDeprecatedInUse30Days', 30 * 86_400],
      ['ImageConfigDeprecatedInUse7Days', 7 * 86_400],
      ['ImageConfigDeprecatedInUseToday', 0],
      ['ImageConfigRemovalOverdue', -86_400],
    ] as const
  ).map(([alert, before]) => {
    // The clock begins in 1970, so a removal in the past needs a clock that is further on.
    const base = alert === 'ImageConfigRemovalOverdue' ? 0 : before + 600;
    const late = alert === 'ImageConfigRemovalOverdue' ? 1_440 : 0;
    return {
      alert,
      silentAt: `${late + 69}m`,
      firesAt: `${late + 71}m`,
      series: Object.fromEntries(
        ['a', 'b'].flatMap((replica) =>
          Object.entries(
            ofReplica(
              {
                'entry_removal_timestamp_seconds{name="python3.7"}': `${late === 0 ? base : 600}+0x2000`,
                'entry_workloads{name="python3.7"}': '5+0x2000',
              },
              replica,
            ),
          ),
        ),
      ),
    };
  }),
];

describe.skipIf(!hasPromtool())('promtool', () => {
  it.each([
    'manifests/monitoring/prometheus-rules.yaml',
    'manifests/monitoring/toolforge/image-config-admission.yaml',
  ])('accepts %s', (file) => {
    const { status, output } = promtool('check', 'rules', pathOf(file));
    expect(output).toContain(`SUCCESS: ${names.length} rules found`);
    expect(status).toBe(0);
  });

  it.each(conditions)(
    '$alert fires at $firesAt alone, and at $silentAt not yet',
    ({ alert, silentAt, firesAt, series, step }) => {
      expectFiring(directory, { ...bothHealthy, ...series }, { [silentAt]: [], [firesAt]: [alert] }, step);
    },
  );

  test('each alert has such a condition', () => {
    expect(new Set(conditions.map(({ alert }) => alert))).toEqual(new Set(names));
  });
});

describe.skipIf(!hasPromtool())('no alert fires', () => {
  const quiet = (series: Minutes) =>
    expectFiring(
      directory,
      series,
      Object.fromEntries([9, 12, 15, 20, 30, 60, 120, 300].map((minute) => [`${minute}m`, []])),
    );

  it.each(alerts)('since these cases have all series of $alert, too', ({ expr }) => {
    const given = Object.keys(bothHealthy).map((series) => series.slice(0, series.indexOf('{')));
    const used = expr.match(/\b(?:image_config_admission|process|apiserver)_\w+/g) ?? [];
    expect(used.length).toBeGreaterThan(0);
    expect(given).toEqual(expect.arrayContaining(used));
  });

  it('while two replicas are healthy', () => quiet(bothHealthy));

  it.each(conditions)('after one scrape in which the condition of $alert holds', ({ series }) =>
    quiet(withOneScrapeOf(series, bothHealthy, 10)),
  );

  it('after one bad scrape of both replicas', () => quiet(withGap(bothHealthy, 10, 10)));

  it('in a healthy start, with two minutes until the replicas are scraped and two until they are ready', () =>
    quiet(starting(bothHealthy)));

  it('in a roll-out, in which new replicas begin unready, and the last old one leads', () => {
    const pod = (name: string, leads: boolean, from: number): Minutes => ({
      ...withGap(healthy(name, leads), 0, from),
      [`image_config_admission_ready{pod="${name}"}`]: `_x${from} 0 1+0x2000`,
      [`image_config_admission_usage_known{pod="${name}"}`]: `_x${from} 0 1+0x2000`,
      [`image_config_admission_catalog_newest_served{pod="${name}"}`]: `_x${from} 0 1+0x2000`,
    });
    quiet({
      ...until(healthy('a', false), 12),
      ...until(healthy('b', true), 14),
      ...pod('c', false, 10),
      ...pod('d', true, 12),
    });
  });

  it('when an API server restarts for four minutes, by whose proxy the replicas are scraped', () => {
    quiet({
      ...withGap(bothHealthy, 10, 13),
      ...ofReplica({
        'watch_silence_seconds{watch="pods"}': '20+0x9 stale _x3 260 20+0x2000',
        certificate_renewal_failing: '0+0x9 stale _x3 1 0+0x2000',
        events_leader: '1+0x9 stale _x3 0 1+0x2000',
      }),
      // The counts of API servers begin again, and one call failed meanwhile.
      'apiserver_admission_webhook_rejection_count{name="catalog.image-config.toolforge.org",error_type="calling_webhook_error"}':
        '7+0x9 stale _x3 0 1+0x2000',
      'apiserver_admission_webhook_fail_open_count{name="images.image-config.toolforge.org",type="admit"}':
        '7+0x9 stale _x3 0 3+0x2000',
    });
  });

  it('when a replica is killed, and the API server fails some calls until its endpoint is gone', () => {
    quiet({
      ...until(healthy('a', false), 10),
      ...healthy('b', true),
      'apiserver_admission_webhook_fail_open_count{name="images.image-config.toolforge.org",type="admit"}':
        '0+0x9 2 5+0x2000',
    });
  });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MODULE = fileURLToPath(new URL('grafana-types/', import.meta.url));

/** Whether Go is installed, which also builds the control plane. In CI a missing one throws. */
export function hasGo(): boolean {
  if (spawnSync('go', ['version']).status === 0) return true;
  if (process.env.CI) throw new Error('there is no Go, which reads the dashboard by the types of Grafana');
  console.warn('The dashboard is not read by the types of Grafana: install Go');
  return false;
}

/** What Grafana's own types (grafana-foundation-sdk) find in a dashboard, one fault a line. Go keeps the build in its cache. */
export function grafanaFaults(dashboard: object): string {
  const { status, stderr, error } = spawnSync('go', ['run', '.'], {
    cwd: MODULE,
    env: { ...process.env, GOFLAGS: '-mod=readonly', GOWORK: 'off', CGO_ENABLED: '0' },
    input: JSON.stringify(dashboard),
    encoding: 'utf8',
  });
  if (error) throw error;
  return status === 0 ? '' : stderr;
}

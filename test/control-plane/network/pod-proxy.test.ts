import { describe, it } from 'vitest';
import { hasPromtool } from '../../monitoring/promtool.ts';
import { passesInNamespace } from './namespace.ts';

describe.skipIf(!hasPromtool())('Prometheus', () => {
  it('scrapes the replicas through the API server, with the job of Toolforge and the documented rights alone', async () => {
    await passesInNamespace('pod-proxy', 150_000);
  }, 160_000);
});

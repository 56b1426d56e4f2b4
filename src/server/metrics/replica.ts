import { Gauge, type Registry } from 'prom-client';

/** Metrics of the replica itself, beside prom-client's of the process. */
export function replicaMetrics(registry: Registry) {
  const registers = [registry];
  let isReady = (): boolean => false;
  new Gauge({
    name: 'image_config_admission_ready',
    help: '1 while /readyz answers that the replica is ready.',
    registers,
    collect() {
      this.set(isReady() ? 1 : 0);
    },
  });
  const enforcing = new Gauge({
    name: 'image_config_admission_enforcing',
    help: '1 while denials are enforced, 0 in observe mode.',
    registers,
  });
  const memoryLimit = new Gauge({
    name: 'image_config_admission_memory_limit_bytes',
    help: 'Memory limit of the container (cgroup v2); 0 where there is none.',
    registers,
  });

  return {
    /** Called at each scrape. */
    watchReadiness(ready: () => boolean): void {
      isReady = ready;
    },
    enforcing: (isEnforcing: boolean): void => enforcing.set(isEnforcing ? 1 : 0),
    memoryLimit: (bytes: number): void => memoryLimit.set(bytes),
  };
}

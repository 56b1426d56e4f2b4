import { until } from '../manifests/api.ts';
import type { Program } from '../program/program.ts';

/** Waits for the replica that writes Events, by what the replicas say of themselves. */
export async function leaderAmong(replicas: () => readonly Program[]): Promise<Program> {
  let found: Program | undefined;
  await until(async () => {
    for (const replica of replicas()) if ((await replica.series('events_leader')) === 1) found = replica;
    return found !== undefined;
  }, 'a leader');
  return found as unknown as Program;
}

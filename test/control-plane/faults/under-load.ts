import { until } from '../manifests/api.ts';
import type { PodStream } from '../support/pod-stream.ts';
import { type Count, count } from './count.ts';
import { type FaultName, faults } from './faults.ts';
import type { World } from './world.ts';

export interface Outcome extends Count {
  /** How long somebody waited for an answer at most, in milliseconds. */
  readonly longest: number;
  /** What else there was to see. */
  readonly seen: string;
}

/** Has Pods created before a fault, while it lasts and afterwards, and counts how that went; then all is as before. */
export async function strikeUnderLoad(world: World, name: FaultName): Promise<Outcome> {
  const stream = world.stream();
  try {
    await flowing(stream, 100);
    const { seen, away } = await faults[name].strike(world);
    await flowing(stream, 200);
    const streamed = await stream.stop();
    return {
      ...count(streamed, away),
      longest: streamed.longest,
      seen,
    };
  } finally {
    await stream.stop();
    await world.restore();
  }
}

function flowing(stream: PodStream, more: number): Promise<void> {
  const from = stream.created();
  return until(async () => stream.created() >= from + more, 'the stream to flow');
}

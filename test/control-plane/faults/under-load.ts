import type { Loss, Streamed } from '../support/pod-stream.ts';
import { type Away, type FaultName, faults } from './faults.ts';
import type { World } from './world.ts';

/** How all creates of Pods around one fault ended. */
export interface FaultCount {
  readonly made: number;
  /** The right image and the right annotations. */
  readonly right: number;
  /** A short name, and neither call reached a replica: the failure policy `Fail` refuses what no kubelet could start. */
  readonly refused: number;
  /** The right image, and the call reached no replica: the failure policy `Ignore` lets it through. */
  readonly withoutAnnotations: number;
  /** Created with a wrong image or wrong annotations. */
  readonly wrong: number;
  /** Neither created nor refused for one of the reasons above: the API server's answer instead. */
  readonly lost: readonly string[];
  /** Failed because the API server itself was down. */
  readonly away: number;
  /** The longest wait for an answer, in milliseconds. */
  readonly longest: number;
  /** What else was observed. */
  readonly seen: string;
}

/** Creates Pods before, during and after a fault, and counts how the creates ended; then restores the world. */
export async function strikeUnderLoad(world: World, name: FaultName): Promise<FaultCount> {
  const stream = world.stream();
  try {
    await stream.flows(100);
    const { seen, away } = await faults[name].strike(world);
    await stream.flows(200);
    return { ...count(await stream.stop(), away), seen };
  } finally {
    await stream.stop();
    await world.restore();
  }
}

function count({ created, losses, longest }: Streamed, away?: Away): Omit<FaultCount, 'seen'> {
  const kinds = losses.map((loss) => kindOf(loss, away));
  const lost = losses.flatMap(({ what }, index) => (kinds[index] === 'lost' ? [what] : []));
  const of = (kind: Kind): number => kinds.filter((other) => other === kind).length;
  return {
    made: created + losses.length,
    right: created,
    refused: of('refused'),
    withoutAnnotations: of('withoutAnnotations'),
    wrong: of('wrong'),
    lost,
    away: of('away'),
    longest,
  };
}

type Kind = 'refused' | 'withoutAnnotations' | 'wrong' | 'lost' | 'away';

function kindOf({ kind, what, began, ended }: Loss, away: Away | undefined): Kind {
  if (kind === 'without-annotations') return 'withoutAnnotations';
  if (kind === 'wrong') return 'wrong';
  if (kind === 'refused' && what.includes('failed calling webhook')) return 'refused';
  return away && began < away.to && ended > away.from ? 'away' : 'lost';
}

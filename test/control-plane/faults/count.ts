import type { Loss, Streamed } from '../support/pod-stream.ts';

/** When the API server itself could not be asked, by `performance.now()`. */
export interface Away {
  readonly from: number;
  readonly to: number;
}

/** How all the creates ended. */
export interface Count {
  readonly made: number;
  /** The right image and the right facts. */
  readonly right: number;
  /** A short name, and neither call reached a replica: the failure policy `Fail` refuses what no kubelet could start. */
  readonly refused: number;
  /** The right image, and the call reached no replica: the failure policy `Ignore` lets it through. */
  readonly withoutFacts: number;
  /** Created with an image or with facts that are not so. */
  readonly wrong: number;
  /** Neither created nor refused for one of the reasons above: what was said instead. */
  readonly lost: readonly string[];
  /** Not ours: the API server was not there. */
  readonly away: number;
}

export function count({ created, losses }: Streamed, away?: Away): Count {
  const kinds = losses.map((loss) => kindOf(loss, away));
  const lost = losses.flatMap(({ what }, index) => (kinds[index] === 'lost' ? [what] : []));
  const of = (kind: Kind): number => kinds.filter((other) => other === kind).length;
  return {
    made: created + losses.length,
    right: created,
    refused: of('refused'),
    withoutFacts: of('withoutFacts'),
    wrong: of('wrong'),
    lost,
    away: of('away'),
  };
}

type Kind = Exclude<keyof Count, 'made' | 'right'>;

function kindOf({ kind, what, began, ended }: Loss, away: Away | undefined): Kind {
  if (kind === 'without-facts') return 'withoutFacts';
  if (kind === 'wrong') return 'wrong';
  if (kind === 'refused' && what.includes('failed calling webhook')) return 'refused';
  return away && began < away.to && ended > away.from ? 'away' : 'lost';
}

import { splitLatest } from '../catalog/image-reference.ts';
import type { ImageClassification } from './image-classification.ts';
import type { UsageIndex } from './usage-index.ts';
import { compareTexts, type ImageUse, inOrder, type Workload } from './workload.ts';

/** One fact about the images of one root owner, gathered from all its workloads. */
export interface Gathered<Fact> {
  readonly fact: Fact;
  /** The root owner: a Deployment, not its Pods. */
  readonly owner: Workload;
  readonly containers: readonly string[];
  /** As written. */
  readonly images: readonly string[];
  /** The short name of each use, or its URL without `:latest` if no short name is known. */
  readonly askedBy: readonly string[];
  /** Creation of the oldest object: milliseconds since 1970. */
  readonly since: number | undefined;
  /** Number of live Pods. */
  readonly pods: number;
}

/**
 * Facts of one owner with the same `group` (by default, the same key) become one: the fact whose key sorts first. Keys also
 * define the order.
 */
export interface Keyed {
  readonly key: string;
  readonly group?: string;
}

/** Collects the facts about all images in use, ordered by tool, owner and key. */
export function byOwner<Fact extends Keyed>(
  index: UsageIndex,
  classify: (use: ImageUse) => ImageClassification,
  factsOf: (use: ImageUse, classification: ImageClassification) => readonly Fact[],
): Gathered<Fact>[] {
  const groups = new Map<Workload, Map<string, Group<Fact>>>();
  for (const { images, workloads } of index.used()) {
    const uses = images.flatMap((use) => {
      const classification = classify(use);
      return factsOf(use, classification).map((fact) => ({ use, classification, fact }));
    });
    for (const workload of workloads) {
      const owned = ownedBy(index.rootOwnerOf(workload).workload, groups);
      for (const { use, classification, fact } of uses)
        groupOf(fact, owned).add(workload, use, classification);
    }
  }
  return Array.from(groups, ([owner, owned]) => Array.from(owned.values(), (group) => group.gathered(owner)))
    .flat()
    .sort(byOwnerAndKey);
}

function ownedBy<Fact extends Keyed>(
  owner: Workload,
  groups: Map<Workload, Map<string, Group<Fact>>>,
): Map<string, Group<Fact>> {
  let owned = groups.get(owner);
  if (!owned) {
    owned = new Map();
    groups.set(owner, owned);
  }
  return owned;
}

function groupOf<Fact extends Keyed>(fact: Fact, owned: Map<string, Group<Fact>>): Group<Fact> {
  const id = fact.group ?? fact.key;
  let group = owned.get(id);
  if (!group) {
    group = new Group(fact);
    owned.set(id, group);
  }
  group.compare(fact);
  return group;
}

class Group<Fact extends Keyed> {
  #fact: Fact;
  readonly #containers = new Set<string>();
  readonly #images = new Set<string>();
  readonly #askedBy = new Set<string>();
  readonly #pods = new Set<Workload>();
  #since = Number.POSITIVE_INFINITY;

  constructor(fact: Fact) {
    this.#fact = fact;
  }

  /** Keeps the fact with the first key. */
  compare(fact: Fact): void {
    if (compareTexts(fact.key, this.#fact.key) < 0) this.#fact = fact;
  }

  add(workload: Workload, use: ImageUse, classification: ImageClassification): void {
    this.#containers.add(use.container);
    this.#images.add(use.image);
    this.#askedBy.add(askedBy(use, classification));
    if (workload.kind === 'Pod') this.#pods.add(workload);
    if (workload.since < this.#since) this.#since = workload.since;
  }

  gathered(owner: Workload): Gathered<Fact> {
    return {
      fact: this.#fact,
      owner,
      containers: [...this.#containers].sort(),
      images: [...this.#images].sort(),
      askedBy: [...this.#askedBy].sort(),
      since: Number.isFinite(this.#since) ? this.#since : undefined,
      pods: this.#pods.size,
    };
  }
}

/** The short name of a use, or its URL without `:latest` if no short name is known. */
export function askedBy({ image, requested }: ImageUse, classification: ImageClassification): string {
  const known =
    classification.kind === 'listed' ? (classification.shortName ?? classification.url) : requested;
  if (known !== undefined) return known;
  const { name, latest } = splitLatest(image);
  return latest ? name : image;
}

const byOwnerAndKey = (one: Gathered<Keyed>, other: Gathered<Keyed>): number =>
  inOrder(one.owner, other.owner) || compareTexts(one.fact.key, other.fact.key);

import { type WorkloadKind, workloadKinds } from '../catalog/kubernetes-objects.ts';
import type { ImageUse, Workload } from './workload.ts';

/** A change of a collection, as a watch reports it. */
export type CollectionChange<Kept> =
  /** A full list, which replaces the previous state. */
  | { readonly kind: 'listed'; readonly objects: ReadonlyMap<string, Kept> }
  | { readonly kind: 'put'; readonly key: string; readonly object: Kept }
  | { readonly kind: 'removed'; readonly key: string };

/** The tools' workloads that share one list of images. */
export interface UsedImages {
  readonly images: readonly ImageUse[];
  readonly workloads: Iterable<Workload>;
}

/** The topmost known owner of a workload, such as the Deployment of a Pod; the workload itself if it has no owner. */
export interface RootOwner {
  readonly workload: Workload;
  /** False while an owner is missing from the index: each kind has its own watch, so a Pod may arrive before its owner. */
  readonly settled: boolean;
}

/**
 * Which workloads use which images: the current state of the watched collections, without regard to a catalog. Ten
 * thousand Pods share a few hundred lists of images, so workloads are grouped by their list.
 */
export class UsageIndex {
  /** For `readWorkload`: workloads are grouped by the identity of their `images`. */
  readonly imageSets = new ImageSets();
  readonly #workloads = new Map<WorkloadKind, Map<string, Workload>>();
  /** Possible owners: every kind but Pods. */
  readonly #byUid = new Map<string, Workload>();
  readonly #byImages = new Map<readonly ImageUse[], Set<Workload>>();
  #tools: ReadonlySet<string> | undefined;
  #version = 0;

  /** Whether every collection has been listed at least once. */
  get complete(): boolean {
    return this.#tools !== undefined && this.#workloads.size === Object.keys(workloadKinds).length;
  }

  /** Increases with each change. */
  get version(): number {
    return this.#version;
  }

  /** Applies a change of the workloads of one kind; keys are `namespace/name`. The first change of a kind is a full list. */
  apply(kind: WorkloadKind, change: CollectionChange<Workload>): void {
    const known = this.#workloads.get(kind) ?? new Map<string, Workload>();
    this.#workloads.set(kind, known);
    switch (change.kind) {
      case 'listed':
        for (const key of known.keys()) this.#remove(known, key);
        for (const [key, workload] of change.objects) this.#put(known, key, workload);
        break;
      case 'put':
        this.#put(known, change.key, change.object);
        break;
      case 'removed':
        this.#remove(known, change.key);
    }
    this.#version += 1;
  }

  /** Changes of the tools' namespaces. Keys are names. */
  applyTools(change: CollectionChange<unknown>): void {
    const tools = new Set(change.kind === 'listed' ? change.objects.keys() : this.#tools);
    if (change.kind === 'put') tools.add(change.key);
    if (change.kind === 'removed') tools.delete(change.key);
    this.#tools = tools;
    this.#version += 1;
  }

  /** Objects in the index by kind, the tools' namespaces as `Namespace`. */
  get counts(): ReadonlyMap<string, number> {
    const counts = Array.from(this.#workloads, ([kind, { size }]) => [kind, size] as const);
    return new Map([['Namespace', this.#tools?.size ?? 0], ...counts]);
  }

  /** Each list of images that tools use, with its workloads. */
  *used(): Iterable<UsedImages> {
    for (const [images, workloads] of this.#byImages) {
      // A list that is not read, since its images need none, costs nothing.
      const ofTools = { [Symbol.iterator]: () => this.#ofTools(workloads) };
      if (!ofTools[Symbol.iterator]().next().done) yield { images, workloads: ofTools };
    }
  }

  *#ofTools(workloads: Iterable<Workload>): Generator<Workload, undefined> {
    for (const workload of workloads) if (this.#tools?.has(workload.namespace)) yield workload;
  }

  /**
   * Follows owner references within the namespace. A user can write any owner reference: the number of steps is limited, in
   * case of a cycle, and an owner counts only by its uid, kind and namespace.
   */
  rootOwnerOf(workload: Workload): RootOwner {
    let root = workload;
    for (let steps = 0; steps < MAX_OWNERS && root.owner?.uid; steps += 1) {
      const above = this.#byUid.get(root.owner.uid);
      if (above?.kind !== root.owner.kind || above.namespace !== root.namespace)
        return { workload: root, settled: false };
      root = above;
    }
    return { workload: root, settled: true };
  }

  #put(known: Map<string, Workload>, key: string, workload: Workload): void {
    this.#remove(known, key);
    known.set(key, workload);
    const { kind, uid, images } = workload;
    if (kind !== 'Pod') this.#byUid.set(uid, workload);
    if (images.length === 0) return;
    const users = this.#byImages.get(images);
    if (users) users.add(workload);
    else this.#byImages.set(images, new Set([workload]));
  }

  #remove(known: Map<string, Workload>, key: string): void {
    const workload = known.get(key);
    if (!workload) return;
    known.delete(key);
    const { uid, images } = workload;
    if (this.#byUid.get(uid) === workload) this.#byUid.delete(uid);
    const users = this.#byImages.get(images);
    users?.delete(workload);
    if (users?.size === 0) this.#byImages.delete(images);
  }
}

/** Kubernetes' own chains have two owners: Pod, Job, CronJob. */
const MAX_OWNERS = 4;

/**
 * Interns lists of images: equal lists become one object. `readWorkload` asks for it while a collection is listed, page by
 * page, so that memory never holds a list once per Pod. Lists without a workload are garbage-collected.
 */
export class ImageSets {
  readonly #byText = new Map<string, WeakRef<readonly ImageUse[]>>();
  readonly #collected = new FinalizationRegistry((text: string) => {
    // An equal list may have been interned since.
    if (!this.#byText.get(text)?.deref()) this.#byText.delete(text);
  });

  intern(images: readonly ImageUse[]): readonly ImageUse[] {
    const text = JSON.stringify(images);
    const known = this.#byText.get(text)?.deref();
    if (known) return known;
    this.#byText.set(text, new WeakRef(images));
    this.#collected.register(images, text);
    return images;
  }
}

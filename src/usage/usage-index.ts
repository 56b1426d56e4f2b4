import { type WorkloadKind, workloadKinds } from '../catalog/kubernetes-objects.ts';
import type { ImageUse, Workload } from './workload.ts';

/** What a watch tells of a collection. */
export type CollectionChange<Kept> =
  /** This is all there is, whatever was known before. */
  | { readonly kind: 'listed'; readonly objects: ReadonlyMap<string, Kept> }
  | { readonly kind: 'put'; readonly key: string; readonly object: Kept }
  | { readonly kind: 'removed'; readonly key: string };

/** Workloads of tools with the same images. */
export interface UsedImages {
  readonly images: readonly ImageUse[];
  readonly workloads: Iterable<Workload>;
}

/** The topmost object that a workload belongs to, as far as it is known here; itself where nothing is above it. */
export interface RootOwner {
  readonly workload: Workload;
  /** False while an object above it is still to be heard of: each kind comes by a watch of its own. */
  readonly settled: boolean;
}

/**
 * Who uses which images, exactly as the collections have been told. Nothing here knows a catalog: each one judges what is
 * held anew. There are few sets of images and many workloads, so workloads are held by the images that they have.
 */
export class UsageIndex {
  readonly #workloads = new Map<WorkloadKind, Map<string, Workload>>();
  /** What other objects may belong to: all but Pods. */
  readonly #byUid = new Map<string, Workload>();
  /** Images that are alike are one object: see `sameImages`. */
  readonly #byImages = new Map<readonly ImageUse[], Set<Workload>>();
  #tools: ReadonlySet<string> | undefined;
  #version = 0;

  /** Whether every collection has been listed. Before that nobody knows who uses what. */
  get complete(): boolean {
    return this.#tools !== undefined && this.#workloads.size === Object.keys(workloadKinds).length;
  }

  /** Another number after each change. */
  get version(): number {
    return this.#version;
  }

  /** Of one kind, by `namespace/name`. The first change of each is its list. */
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

  /** The namespaces of tools, by name. */
  applyTools(change: CollectionChange<unknown>): void {
    const tools = new Set(change.kind === 'listed' ? change.objects.keys() : this.#tools);
    if (change.kind === 'put') tools.add(change.key);
    if (change.kind === 'removed') tools.delete(change.key);
    this.#tools = tools;
    this.#version += 1;
  }

  /** How many objects are held, by kind; namespaces of tools, too. */
  get counts(): ReadonlyMap<string, number> {
    const counts = Array.from(this.#workloads, ([kind, { size }]) => [kind, size] as const);
    return new Map([['Namespace', this.#tools?.size ?? 0], ...counts]);
  }

  /** The images that tools use, each set once, with who uses them. */
  *used(): Iterable<UsedImages> {
    for (const [images, workloads] of this.#byImages) {
      const ofTools = [...workloads].filter(({ namespace }) => this.#tools?.has(namespace));
      if (ofTools.length > 0) yield { images, workloads: ofTools };
    }
  }

  rootOwnerOf(workload: Workload): RootOwner {
    let root = workload;
    // Whoever writes an object can write its owner references, too: neither a circle nor somebody else's object is followed.
    for (let steps = 0; steps < HIGHEST && root.owner?.uid; steps += 1) {
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

/** A Pod, its Job, the CronJob of that: Kubernetes itself has no more storeys than three. */
const HIGHEST = 4;

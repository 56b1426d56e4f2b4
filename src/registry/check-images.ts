import { setTimeout as sleep } from 'node:timers/promises';
import { checkedAddresses, type ResolveHost, resolveHost } from './addresses.ts';
import { isManifestThere } from './manifest.ts';
import { LATER, Unchecked, uncheckedBy } from './unchecked.ts';

export type ImageCheck =
  | { readonly kind: 'present' | 'absent' }
  | { readonly kind: 'unchecked'; readonly reason: string; readonly remedy: string };

export interface RegistryTerms {
  /** The hosts that may be asked, with their ports. */
  readonly registries: readonly string[];
  /** PEM certificates that replace those that Node trusts. */
  readonly ca?: string;
  readonly resolve?: ResolveHost;
  readonly now?: () => number;
  /** Milliseconds: for each image, and for all together. */
  readonly patience?: { readonly image: number; readonly all: number };
  /** Resolves after this time, in milliseconds, and rejects when the signal aborts. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

export type CheckImages = (images: Iterable<string>) => Promise<ReadonlyMap<string, ImageCheck>>;

/** A node that pulls an image opens about as many connections (docker's max-concurrent-downloads is 3). */
const AT_ONCE = 4;
/** Milliseconds. A HEAD of a manifest takes less than a second, with its token. */
const PATIENCE = { image: 5_000, all: 120_000 };

/**
 * Returns a function that asks registries whether images are there: `HOST/REPOSITORY`, with a tag or digest or else `latest`. It
 * asks for each image once, for four at a time, and never rejects. All calls share the time for all images.
 */
export function imageChecker({
  registries,
  ca,
  resolve = resolveHost,
  now = Date.now,
  patience = PATIENCE,
  pause = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
}: RegistryTerms): CheckImages {
  const addressesOf = checkedAddresses(resolve);
  const known = new Map<string, ImageCheck>();
  let all: AbortSignal | undefined;
  const checkImage = async (image: string, overall: AbortSignal): Promise<ImageCheck> => {
    const own = AbortSignal.timeout(patience.image);
    const signal = AbortSignal.any([overall, own]);
    const wait = (milliseconds: number) => pause(milliseconds, signal);
    const terms = { registries, wait, patience: patience.image, now, connect: { addressesOf, ca, signal } };
    try {
      return { kind: (await isManifestThere(image, terms)) ? 'present' : 'absent' };
    } catch (error) {
      if (overall.aborted) return unchecked(tooLong(patience.all, ' for all images'));
      return unchecked(own.aborted ? tooLong(patience.image) : uncheckedBy(error));
    }
  };
  return async (images) => {
    all ??= AbortSignal.timeout(patience.all);
    const overall = all;
    const left = new Set(images).values();
    const worker = async (): Promise<void> => {
      for (const image of left) if (!known.has(image)) known.set(image, await checkImage(image, overall));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return known;
  };
}

const unchecked = ({ message, remedy }: Unchecked): ImageCheck => ({
  kind: 'unchecked',
  reason: message,
  remedy,
});

const tooLong = (milliseconds: number, what = ''): Unchecked =>
  new Unchecked(`there was no answer within the ${milliseconds / 1000} s${what}`, LATER);

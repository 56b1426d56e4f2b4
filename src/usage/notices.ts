import { deprecationFact, deprecationUrl, type Entry } from '../catalog/entry.ts';
import { splitLatest } from '../catalog/image-reference.ts';
import type { ImageClassification } from './image-classification.ts';
import { EVENT_TTL } from './schedule.ts';
import type { UsageIndex } from './usage-index.ts';
import { type ImageUse, VOLUME, type Workload } from './workload.ts';

/**
 * An Event for a root owner and the first of its Pods. The reasons differ from Kubernetes' own: jobs-api reads some of
 * those as a failed Job.
 */
export interface Notice {
  /** The same in every replica, for as long as owner, reason and key stay. */
  readonly id: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'DeprecatedImage' | 'UnknownImage' | 'ImageResolved';
  readonly message: string;
  /** The message up to the list of containers. A new prefix makes the notice due at once. */
  readonly messagePrefix: string;
  /** Tells apart Events of the same object and reason. */
  readonly key: string;
  /** The root owner, then its first Pod if it has one. */
  readonly about: readonly [Workload, ...Workload[]];
  /** True: recorded again while it holds. False: recorded once. */
  readonly ongoing: boolean;
  /** The namespace. */
  readonly tool: string;
}

/** All notices that hold now, whether recorded already or not, by id. `now`: milliseconds since 1970. */
export function notices(
  index: UsageIndex,
  classify: (use: ImageUse) => ImageClassification,
  now: number,
): ReadonlyMap<string, Notice> {
  const today = new Date(now).toISOString().slice(0, 10);
  const subjects = new Subjects();
  for (const { images, workloads } of index.used()) {
    let unknown = 0;
    for (const use of images) {
      const classification = classify(use);
      if (isUnknownName(classification) && ++unknown > MAX_UNKNOWN) continue;
      for (const news of newsOf(use, classification, today)) {
        const ofNews = subjects.of(news);
        for (const workload of workloads) {
          // The annotation stays for the life of the Pod; an Event about it would have expired by then.
          if (news.reason === 'ImageResolved' && now - workload.since >= EVENT_TTL) continue;
          if (workload.scaledDown) continue;
          const { workload: root, settled } = index.rootOwnerOf(workload);
          if (settled) note(ofNews, news, root, workload, use.container);
        }
      }
    }
  }
  return subjects.notices();
}

/**
 * Maximum number of unknown short names in one list of images that are compared with the catalog. A Pod that can run has few
 * containers.
 */
const MAX_UNKNOWN = 10;

const isUnknownName = (classification: ImageClassification): boolean =>
  classification.kind === 'unknown' && classification.meant !== undefined;

interface News {
  readonly reason: Notice['reason'];
  readonly key: string;
  readonly message: string;
}

function newsOf(
  { requested, image }: ImageUse,
  classification: ImageClassification,
  today: string,
): readonly News[] {
  const meant = classification.kind === 'unknown' ? classification.meant?.() : undefined;
  if (meant) return [misspelling(image, meant)];
  if (classification.kind !== 'listed') return [];
  const { entry, shortName } = classification;
  const deprecation = deprecationNews(entry, today);
  return [
    ...(deprecation === undefined
      ? []
      : [{ reason: 'DeprecatedImage' as const, key: entry.name, message: deprecation }]),
    // The recorded short name may resolve to another entry by now.
    ...(requested === undefined || requested !== shortName
      ? []
      : [{ reason: 'ImageResolved' as const, key: requested, message: resolution(requested, entry, image) }]),
  ];
}

function deprecationNews(entry: Entry, today: string): string | undefined {
  const fact = deprecationFact(entry, today);
  const url = deprecationUrl(entry);
  return fact === undefined || url === undefined ? fact : `${fact}; see ${url}`;
}

/** The tag `latest` does not matter: both ways to write a name are one notice. */
function misspelling(image: string, { name: meant }: Entry): News {
  const { name } = splitLatest(image);
  const shown = name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
  const message =
    `no image ${shown} in the catalog; did you mean ${meant}? ` +
    'The image stays as it is, and Pods with it will not start';
  return { reason: 'UnknownImage', key: shown, message };
}

/** Characters. A name of a catalog has at most 63. */
const MAX_SHOWN = 80;

const resolution = (requested: string, { name }: Entry, image: string): string =>
  requested === name ? `${name} is ${image}` : `${requested} is ${name}, ${image}`;

/** One fact about one root owner, gathered from all its workloads. */
interface Subject extends News {
  readonly root: Workload;
  readonly containers: Set<string>;
  pod: Workload | undefined;
}

/** Subjects by news and root owner. An id for each workload instead would take most of the time with a hundred thousand of them. */
class Subjects {
  readonly #byNews = new Map<string, Map<Workload, Subject>>();

  of({ reason, key }: News): Map<Workload, Subject> {
    const id = `${reason} ${key}`;
    const known = this.#byNews.get(id) ?? new Map<Workload, Subject>();
    this.#byNews.set(id, known);
    return known;
  }

  notices(): ReadonlyMap<string, Notice> {
    const all = new Map<string, Notice>();
    for (const [newsId, subjects] of this.#byNews)
      for (const subject of subjects.values()) {
        const id = `${subject.root.uid} ${newsId}`;
        all.set(id, noticeOf(id, subject));
      }
    return all;
  }
}

function note(
  subjects: Map<Workload, Subject>,
  news: News,
  root: Workload,
  workload: Workload,
  container: string,
): void {
  let subject = subjects.get(root);
  if (!subject) {
    subject = { ...news, root, containers: new Set(), pod: undefined };
    subjects.set(root, subject);
  }
  subject.containers.add(container);
  if (workload !== root && workload.kind === 'Pod' && (!subject.pod || isBefore(workload, subject.pod)))
    subject.pod = workload;
}

/** By creation, then by name. */
const isBefore = (one: Workload, other: Workload): boolean =>
  one.since === other.since ? one.name < other.name : one.since < other.since;

const noticeOf = (id: string, { reason, key, message, root, containers, pod }: Subject): Notice => ({
  id,
  type: reason === 'ImageResolved' ? 'Normal' : 'Warning',
  reason,
  messagePrefix: `${message} (`,
  message: `${message} (${containersIn([...containers].sort())})`,
  key,
  about: pod ? [root, pod] : [root],
  ongoing: reason !== 'ImageResolved',
  tool: root.namespace,
});

/** Maximum number of container names in a message: Events allow 1,024 characters, and the fact comes first. */
const MAX_NAMED = 5;

function containersIn(names: readonly string[]): string {
  const volumes = names.filter((name) => name.startsWith(VOLUME));
  const containers = names.filter((name) => !name.startsWith(VOLUME));
  const more = names.length - MAX_NAMED;
  const rest = more > 0 ? ` and ${more} more` : '';
  const noun = ['', 'container '][containers.length] ?? 'containers ';
  return `${noun}${[...containers, ...volumes].slice(0, MAX_NAMED).join(', ')}${rest}`;
}

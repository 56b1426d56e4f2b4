import { isAcknowledged, type Problem, severityOf } from './problem.ts';

const SHA256 = 'sha256:';

/** Digits of the digest: enough to distinguish the texts of one ConfigMap, and short enough to type. */
const DIGITS = 12;

export interface AcknowledgementSources {
  /** The value of the annotation `ACKNOWLEDGE` of the new object; `before` is that of the old object. */
  readonly after: string | undefined;
  readonly before: string | undefined;
  /** `sha256:…` of the old text. */
  readonly stored: string;
}

export interface Acknowledgements {
  /** The subjects that count for this edit. */
  readonly subjects: ReadonlySet<string>;
  /** Annotations that do not count, and why. */
  readonly ignored: readonly IgnoredAcknowledgement[];
}

export interface IgnoredAcknowledgement {
  readonly annotation: string;
  readonly subjects: readonly string[];
  /** `old`: it was there before and names no text. `other-text`: it names another text. `malformed`: no digest follows `@`. */
  readonly because: 'old' | 'other-text' | 'malformed';
}

/**
 * The acknowledgements that count for an edit. An annotation is valid for one edit. Without a digest it counts if this edit adds
 * or changes it. With a digest it counts if the digest is that of the stored text, which this edit replaces. A digest of another
 * text never counts: the catalog has been edited since.
 */
export function acknowledgementsOf({ after, before, stored }: AcknowledgementSources): Acknowledgements {
  const subjects = new Set<string>();
  const ignored: IgnoredAcknowledgement[] = [];
  for (const annotation of new Set([after, before])) {
    if (annotation === undefined) continue;
    const { list, digits } = parsed(annotation);
    const isNew = annotation === after && annotation !== before;
    if (digits === undefined ? isNew : stored.startsWith(SHA256 + digits))
      for (const subject of list) subjects.add(subject);
    else ignored.push({ annotation, subjects: list, because: reasonFor(digits) });
  }
  return { subjects, ignored };
}

const reasonFor = (digits: string | undefined): IgnoredAcknowledgement['because'] =>
  digits === undefined ? 'old' : digits === MALFORMED ? 'malformed' : 'other-text';

const MALFORMED = 'malformed';

/** Names have no `@`, so the digest follows it. A malformed digest names no text. */
function parsed(annotation: string): { readonly list: string[]; readonly digits: string | undefined } {
  const at = annotation.lastIndexOf('@');
  if (at < 0) return { list: subjectsIn(annotation), digits: undefined };
  const digits = annotation.slice(at + 1).trim();
  return {
    list: subjectsIn(annotation.slice(0, at)),
    digits: /^[0-9a-f]{12,64}$/.test(digits) ? digits : MALFORMED,
  };
}

const subjectsIn = (list: string): string[] =>
  list
    .split(',')
    .map((subject) => subject.trim())
    .filter((subject) => subject !== '');

/**
 * The value of the annotation that acknowledges all errors of an edit. It names the stored text, if there is one. Undefined if
 * there are no errors, if the new text itself has errors, or if a subject has characters that the annotation cannot hold.
 */
export function acknowledgementOf(
  problems: readonly Problem[],
  stored: string | undefined,
): string | undefined {
  const errors = problems.filter((problem) => severityOf(problem) === 'error');
  if (errors.length === 0 || !errors.every((problem) => 'subjects' in problem)) return undefined;
  // The new value replaces the old annotation, so it repeats what is acknowledged already.
  const subjects = [...errors, ...problems.filter(isAcknowledged)].flatMap((problem) =>
    'subjects' in problem ? problem.subjects : [],
  );
  if (!subjects.every((subject) => /^[\w.:/+-]+$/.test(subject))) return undefined;
  const list = [...new Set(subjects)].join(',');
  return stored === undefined ? list : `${list}@${stored.slice(SHA256.length, SHA256.length + DIGITS)}`;
}

import { type Container, type ImageSettings, LISTS, urlBehind } from './containers.ts';
import { withoutLatest } from './images.ts';
import { isAbsent, type Json, own } from './json.ts';

/** A container of the old object. */
export interface Before {
  readonly image: string;
  /** The old object's annotations about it. */
  readonly requested: string | undefined;
  readonly called: string | undefined;
}

/** The container of the same list and name in the old object, if it has an image. */
export function beforeOf({ list, name }: Pick<Container, 'list' | 'name'>, old: Json): Before | undefined {
  if (old === undefined) return undefined;
  const namesakes = LISTS.flatMap((each) =>
    (old.spec[each] ?? [])
      .filter(
        (other: Json) => !isAbsent(other.image) && other.image !== '' && (other.name ?? undefined) === name,
      )
      .map((other: Json) => ({ list: each, image: other.image })),
  );
  const mine = namesakes.find((other) => other.list === list);
  if (!mine) return undefined;
  // Annotations concern the first of several containers with one name.
  const fact = (kind: string): string | undefined =>
    mine === namesakes[0] && name !== undefined && isDnsLabel(name)
      ? own(old.metadata.annotations, `${kind}.image-config.toolforge.org/${name}`)
      : undefined;
  const requested = fact('requested');
  const called = fact('name');
  return {
    image: mine.image,
    requested: requested !== undefined && isName(requested.replace(/:latest$/, '')) ? requested : undefined,
    called: called !== undefined && isName(called) ? called : undefined,
  };
}

/** The image that a container keeps, and whether only by its annotation, since the name resolves to another image or none. */
export function keptBy(
  container: Pick<Container, 'list' | 'name' | 'image' | 'fresh'>,
  asker: string | undefined,
  old: Json,
  settings: ImageSettings,
): Container['kept'] {
  const before = beforeOf(container, old);
  if (!container.fresh || !before || !isUrl(before.image)) return undefined;
  const has = withoutLatest(before.image);
  const asked = withoutLatest(container.image);
  if (asked === has) return { image: container.image, byFact: false };
  if (urlBehind(container.image, asker, settings) === has) return { image: before.image, byFact: false };
  if (asked !== undefined && before.requested !== undefined && asked === withoutLatest(before.requested))
    return { image: before.image, byFact: true };
  return undefined;
}

/** Whether both are the same registry image, with the tag `latest` or without a tag. */
export const areSame = (one: string, other: string): boolean =>
  isUrl(one) && withoutLatest(one) === withoutLatest(other);

const isUrl = (image: string): boolean => (withoutLatest(image) ?? '').includes('/');

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The shape of a catalog name, without the rule for its last character. */
const isName = (text: string): boolean =>
  text.length >= 1 &&
  text.length <= 63 &&
  LETTERS.includes(text.charAt(0)) &&
  Array.from(text).every((letter) => `${LETTERS}._-`.includes(letter));

/** At most 63 lowercase letters, digits and dashes, without a dash at either end. */
export const isDnsLabel = (name: string): boolean =>
  name.length >= 1 &&
  name.length <= 63 &&
  Array.from(name).every((letter) => 'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(letter)) &&
  !name.startsWith('-') &&
  !name.endsWith('-');

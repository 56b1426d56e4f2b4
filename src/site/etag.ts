import { createHash } from 'node:crypto';

/** The tag of a text: the same text has the same tag in every replica. */
export const etagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;

/** Whether the header If-None-Match lists a tag. Compares weakly, as RFC 9110 (13.1.2) says: proxies that compress weaken a tag. */
export const listsTag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag) ?? false;

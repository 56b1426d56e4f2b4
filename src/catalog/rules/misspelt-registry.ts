import { nearest } from '../did-you-mean.ts';
import { faultOfName, splitHost } from '../image-reference.ts';
import { type ParsedEntry, parsedImages } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/**
 * A typo in the host of a registry is a valid image URL, and no Pod can pull it. Without a list of allowed registries only the other
 * entries show that it is one.
 */
export function* misspeltRegistry({ entries, policy }: RuleContext): Iterable<Problem> {
  // `registry-not-allowed` reports every other host.
  if (policy.registries.length > 0) return;
  const users = new Map<string, Set<ParsedEntry>>();
  for (const entry of entries) {
    for (const { url } of parsedImages(entry)) {
      const { host } = splitHost(url);
      users.set(host, (users.get(host) ?? new Set()).add(entry));
    }
  }
  const usual = [...users.keys()].filter((host) => (users.get(host)?.size ?? 0) > 1);
  let compared = 0;
  for (const entry of entries) {
    const seen = new Set<string>();
    for (const { field, image, url } of parsedImages(entry)) {
      const { host } = splitHost(url);
      if (seen.has(host) || users.get(host)?.size !== 1 || faultOfName(`${host}/image`)) continue;
      seen.add(host);
      if (compared++ >= MOST_COMPARED) return;
      const meant = nearest(host, usual);
      if (meant !== undefined) yield { code: 'misspelt-registry', host, meant, at: image.at, field };
    }
  }
}

/** Each comparison reads all hosts, so one for each host would be quadratic. */
const MOST_COMPARED = 100;

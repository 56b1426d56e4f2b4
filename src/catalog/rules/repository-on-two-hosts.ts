import { splitHost } from '../image-reference.ts';
import { type Located, type ParsedEntry, parsedImages } from '../parsed-entry.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/** jobs-api also accepts a repository without its host, and could not decide between two entries. */
export function* repositoryOnTwoHosts({ entries }: RuleContext): Iterable<Problem> {
  const firstUse = new Map<
    string,
    { readonly image: Located; readonly entry: ParsedEntry; readonly host: string }
  >();
  for (const entry of entries) {
    for (const { field, image, url } of parsedImages(entry)) {
      const { host, repository } = splitHost(url);
      // A host without a dot is reported as an error by another rule.
      if (repository === '' || !host.includes('.')) continue;
      const first = firstUse.get(repository);
      if (!first) firstUse.set(repository, { image, entry, host });
      else if (first.entry !== entry && first.host !== host) {
        yield {
          code: 'repository-on-two-hosts',
          repository,
          host,
          otherHost: first.host,
          at: image.at,
          field,
          other: first.image.at,
          otherEntry: first.entry.name.text,
        };
      }
    }
  }
}

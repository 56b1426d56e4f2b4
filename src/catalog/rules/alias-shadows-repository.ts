import { type Draft, type DraftImage, draftFormerImages, draftImages } from '../draft.ts';
import { splitHost } from '../image-reference.ts';
import type { Problem } from '../problem.ts';
import type { RuleContext } from './rule.ts';

/**
 * jobs-api maps an image back by its repository, and takes a name or alias that equals it for the answer: with
 * another entry's repository, that entry's Pods would change their name. With the entry's own it is how Pods on
 * older images stay known, and welcome.
 */
export function* aliasShadowsRepository({ drafts }: RuleContext): Iterable<Problem> {
  const owners = new Map<string, { readonly draft: Draft; readonly owned: DraftImage }[]>();
  for (const draft of drafts) {
    for (const owned of [...draftImages(draft), ...draftFormerImages(draft)]) {
      const { repository } = splitHost(owned.url);
      if (repository === '') continue;
      const known = owners.get(repository);
      if (!known) owners.set(repository, [{ draft, owned }]);
      // Two owners are enough to find one that is not the asking entry.
      else if (known.length < 2 && known[0]?.draft !== draft) known.push({ draft, owned });
    }
  }
  for (const draft of drafts) {
    const names = [
      { what: 'name', ...draft.name, field: draft.name.text } as const,
      ...draft.aliases
        .filter((alias) => alias.text !== draft.name.text)
        .map((alias) => ({ what: 'alias', ...alias }) as const),
    ];
    for (const { what, text, at, field } of names) {
      const owner = owners.get(text)?.find((candidate) => candidate.draft !== draft);
      if (!owner) continue;
      yield {
        code: 'alias-shadows-repository',
        name: text,
        what,
        url: owner.owned.url,
        at,
        field,
        other: owner.owned.image.at,
        otherEntry: owner.draft.name.text,
      };
    }
  }
}

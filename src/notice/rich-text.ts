import type { Phrase } from '../site/migration.ts';

export type Block =
  | { readonly paragraph: readonly Phrase[] }
  | { readonly list: readonly (readonly Phrase[])[] };

/** A text in no markup. Text from outside stands in code, in links and in the title, never in other words. */
export interface RichText {
  /** One line. */
  readonly title: string;
  readonly blocks: readonly Block[];
}

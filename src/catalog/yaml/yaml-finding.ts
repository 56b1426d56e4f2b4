import type { Span } from '../span.ts';

/** Something about the text itself that keeps it from meaning the same to every reader. */
export interface YamlFinding {
  /** `syntax`: the consumers' reader refuses it. `feature`: a construct outside the common subset. */
  readonly kind: 'syntax' | 'feature';
  readonly at: Span;
  readonly what: string;
  readonly remedy: string;
}

import type { Answer } from '../admission/answer.ts';
import type { ValidationContext } from '../admission/validate.ts';
import type { Catalog } from '../catalog/entry.ts';

/** What the catalog thread is asked. */
export type CatalogTask =
  | { readonly kind: 'load'; readonly text: string; readonly context: ValidationContext }
  | { readonly kind: 'answer'; readonly body: Uint8Array; readonly context: ValidationContext };

/** What a text comes to. Small, whatever the text: reading it must not hold up the thread that answers. */
export interface LoadReport {
  readonly digest: string;
  /** Present when there is no error. */
  readonly catalog?: Catalog;
  readonly errors: number;
  readonly warnings: number;
  /** The first problems, each as one line. */
  readonly problems: readonly string[];
}

/** What each task comes to. */
export interface CatalogResults {
  readonly load: LoadReport;
  readonly answer: Answer;
}

import type { JsonPatchOperation } from './json-patch.ts';
import { withinBudget } from './warnings.ts';

/** What a webhook says; its warnings are always within the budget. The wire shape is `response.ts`'s alone. */
export type Verdict =
  | { readonly kind: 'allowed'; readonly warnings: readonly string[] }
  | {
      readonly kind: 'patched';
      readonly operations: readonly JsonPatchOperation[];
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'denied';
      readonly message: string;
      readonly causes: readonly Cause[];
      readonly warnings: readonly string[];
    };

/** One thing that a denial says: the message is the join of the parts, and each part is a cause. */
export interface DenialPart {
  /** The field that it is about, or a word for it: `kubectl edit` prints it and a colon before the text, even when it is empty. */
  readonly field: string;
  /** The line and column within the field; the message then begins this part with field and place. */
  readonly place?: string;
  readonly text: string;
}

export interface Cause {
  readonly field: string;
  readonly message: string;
}

export const allowed = (warnings: Iterable<string> = []): Verdict => ({
  kind: 'allowed',
  warnings: withinBudget(warnings),
});

export const denied = (
  parts: readonly DenialPart[],
  warnings: Iterable<string> = [],
  separator = '\n',
): Verdict => ({
  kind: 'denied',
  message: parts.map(inMessage).join(separator),
  causes: parts.map(asCause),
  warnings: withinBudget(warnings),
});

/** An empty patch is a plain `allowed`: `patchType` without `patch` is an error to the API server. */
export const patched = (
  operations: readonly JsonPatchOperation[],
  warnings: Iterable<string> = [],
): Verdict =>
  operations.length === 0
    ? allowed(warnings)
    : { kind: 'patched', operations, warnings: withinBudget(warnings) };

const inMessage = ({ field, place, text }: DenialPart): string =>
  place === undefined ? text : `${field} (${place}): ${text}`;

const asCause = ({ field, place, text }: DenialPart): Cause => ({
  field,
  message: place === undefined ? text : `${place}: ${text}`,
});

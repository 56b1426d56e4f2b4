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
  | { readonly kind: 'denied'; readonly message: string; readonly warnings: readonly string[] };

export const allowed = (warnings: Iterable<string> = []): Verdict => ({
  kind: 'allowed',
  warnings: withinBudget(warnings),
});

export const denied = (message: string, warnings: Iterable<string> = []): Verdict => ({
  kind: 'denied',
  message,
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

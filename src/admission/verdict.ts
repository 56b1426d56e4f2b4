import type { JsonPatchOperation } from './json-patch.ts';
import { withinBudget } from './warnings.ts';

/** The result of a handler. Its warnings are within the limits of the API server (warnings.ts); response.ts writes it as JSON. */
export type Verdict =
  | Accepted
  | {
      readonly kind: 'denied';
      readonly message: string;
      readonly causes: readonly Cause[];
      readonly warnings: readonly string[];
      /** The codes of its reasons, each once: problem codes, and those of Pods. */
      readonly codes: readonly string[];
      /** The verdict in observe mode, in which nothing is denied. */
      readonly instead: Accepted;
    };

type Accepted =
  | { readonly kind: 'allowed'; readonly warnings: readonly string[] }
  | {
      readonly kind: 'patched';
      readonly operations: readonly JsonPatchOperation[];
      readonly warnings: readonly string[];
    };

/** One reason of a denial. The message is all parts joined, and each part is also a cause. */
export interface DenialPart {
  /** A field path, or a word such as `hint`. `kubectl edit` prints it and a colon before the text, even if it is empty. */
  readonly field: string;
  /** Line and column within the field. With a place, the message begins this part with field and place. */
  readonly place?: string;
  readonly text: string;
  /** Why it is denied, as metrics and the audit log count it. Hints have none. */
  readonly code?: string;
}

export interface Cause {
  readonly field: string;
  readonly message: string;
}

export const allowed = (warnings: Iterable<string> = []): Accepted => ({
  kind: 'allowed',
  warnings: withinBudget(warnings),
});

interface DenialOptions {
  readonly warnings?: readonly string[];
  readonly separator?: string;
  /** The default has all parts as warnings. */
  readonly instead?: Accepted;
}

export const denied = (
  parts: readonly DenialPart[],
  {
    warnings = [],
    separator = '\n',
    instead = allowed([...parts.map(wouldBeDenied), ...warnings]),
  }: DenialOptions = {},
): Verdict => ({
  kind: 'denied',
  message: parts.map(inMessage).join(separator),
  causes: parts.map(asCause),
  warnings: withinBudget(warnings),
  codes: [...new Set(parts.flatMap(({ code }) => code ?? []))],
  instead,
});

/** A reason of a denial as a warning in observe mode. */
export const wouldBeDenied = ({ text }: DenialPart): string => `would be denied: ${text}`;

/** Without operations it is `allowed`: for the API server, `patchType` without `patch` is an error. */
export const patched = (
  operations: readonly JsonPatchOperation[],
  warnings: Iterable<string> = [],
): Accepted =>
  operations.length === 0
    ? allowed(warnings)
    : { kind: 'patched', operations, warnings: withinBudget(warnings) };

const inMessage = ({ field, place, text }: DenialPart): string =>
  place === undefined ? text : `${field} (${place}): ${text}`;

const asCause = ({ field, place, text }: DenialPart): Cause => ({
  field,
  message: place === undefined ? text : `${place}: ${text}`,
});

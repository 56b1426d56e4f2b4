import { expect } from 'vitest';
import type { JsonPatchOperation } from '../../src/admission/json-patch.ts';
import type { Verdict } from '../../src/admission/verdict.ts';

/** The whole verdict, entire: nothing besides may be said. */
export function expectAllowed(verdict: Verdict, warnings: readonly string[] = []): void {
  expect(verdict).toEqual({ kind: 'allowed', warnings });
}

export function expectPatched(
  verdict: Verdict,
  operations: readonly JsonPatchOperation[],
  warnings: readonly string[] = [],
): void {
  expect(verdict).toEqual({ kind: 'patched', operations, warnings });
}

export function expectDenied(verdict: Verdict, message: string, warnings: readonly string[] = []): void {
  expect(verdict).toEqual({ kind: 'denied', message, warnings });
}

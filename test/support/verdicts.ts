import { expect } from 'vitest';
import type { JsonPatchOperation } from '../../src/admission/json-patch.ts';
import type { Verdict } from '../../src/admission/verdict.ts';
import { messagesOf } from './causes.ts';

/** Compares the whole verdict. */
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
  expect(verdict).toEqual({
    kind: 'denied',
    message,
    causes: expect.any(Array),
    warnings,
    codes: expect.any(Array),
    instead: expect.any(Object),
  });
  if (verdict.kind === 'denied') expect(messagesOf(verdict.causes)).toContain(message);
}

/** Warnings within the limits of the API server, without control characters and without the word that clients add. */
export function expectSmallWarnings(warnings: readonly string[]): void {
  let all = 0;
  for (const warning of warnings) {
    const bytes = new TextEncoder().encode(warning).length;
    all += bytes;
    expect(bytes).toBeLessThanOrEqual(256);
    expect(warning).not.toMatch(/\p{Cc}|warning/iu);
  }
  expect(all).toBeLessThanOrEqual(4_096);
  expect(new Set(warnings).size).toBe(warnings.length);
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadReview } from '../../src/admission/decode.ts';
import type { ImagePolicy } from '../../src/admission/pod-refusal.ts';
import type { Verdict } from '../../src/admission/verdict.ts';
import { reviewedWorkloadKinds } from '../../src/admission/workload.ts';
import type { Lookup } from '../../src/catalog/lookup.ts';
import { podsFor } from '../support/arbitrary-pods.ts';
import { realLookup, smallLookup } from '../support/catalog.ts';
import { denyOn, removal, warnOn } from '../support/removal.ts';
import { type Json, podRequest, workloadOf, workloadRequest } from '../support/reviews.ts';
import { expectSmallWarnings } from '../support/verdicts.ts';
import { mutatePod, warnWorkload } from '../support/webhooks.ts';

const RUNS = Number(process.env.ADMISSION_PROPERTY_RUNS ?? 1_000);
const AFTER = '2027-03-02';
const kinds = fc.constantFrom(...reviewedWorkloadKinds);

describe.each<[string, Lookup, ImagePolicy]>([
  ['a small catalog', smallLookup, removal],
  ['a small catalog with an image past its removal date', smallLookup, warnOn(AFTER)],
  ['a small catalog with an image that is denied by now', smallLookup, denyOn(AFTER)],
  ['the catalog of 2026', realLookup(2026), removal],
])('for every template, with %s', (_, lookup, policy) => {
  const pods = podsFor(lookup).map(withoutMirror);

  test('the answer allows it with short warnings, the same for CREATE and UPDATE', () => {
    fc.assert(
      fc.property(kinds, pods, pods, (kind, pod, oldPod) => {
        const object = workloadOf(kind, pod);
        const sent = JSON.stringify(object);
        const verdict = warnWorkload(workloadRequest(kind, object), lookup, policy);
        expect(JSON.stringify(object)).toBe(sent);
        expect(verdict.kind).toBe('allowed');
        expectSmallWarnings(verdict.warnings);
        const update = { operation: 'UPDATE', oldObject: workloadOf(kind, oldPod), dryRun: true };
        expect(warnWorkload(workloadRequest(kind, object, update), lookup, policy)).toEqual(verdict);
      }),
      { numRuns: RUNS },
    );
  });

  test('the warnings include all warnings of its Pods, and their denial', () => {
    fc.assert(
      fc.property(kinds, pods, (kind, pod) => {
        const { warnings } = warnWorkload(workloadRequest(kind, workloadOf(kind, pod)), lookup, policy);
        const told = mutatePod(podRequest(pod), lookup, policy);
        expect(warnings.some((warning) => warning.startsWith('Pods with '))).toBe(told.kind === 'denied');
        const ofItsPods = told.warnings.map((warning) => warning.replace('the Pod will', 'its Pods will'));
        if (!warnings.includes(MORE)) expect(warnings).toEqual(expect.arrayContaining(ofItsPods));
      }),
      { numRuns: RUNS },
    );
  });
});

const MORE = 'and more, which there is no room for';

/** A kubelet makes mirror Pods; no template does. */
function withoutMirror({ metadata, ...pod }: Json): Json {
  const { annotations: _, ...others } = metadata;
  return { metadata: others, ...pod };
}

/** Values that an API server never sends. */
describe('any object instead of a template', () => {
  const fields = [
    'metadata',
    'ownerReferences',
    'controller',
    'spec',
    'template',
    'jobTemplate',
    'containers',
    'initContainers',
    'labels',
    'name',
    'image',
    '__proto__',
    'constructor',
  ];
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 8, depthSize: 'small' },
      fc.oneof(
        fc.constantFrom(null, true, 3.9, '', 'node12', 'python3.7', 'nodee16'),
        fc.string({ unit: 'binary' }),
      ),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...fields), tie('json'), { maxKeys: 6 }),
    ),
  }));
  const objects = fc
    .oneof(
      json,
      fc.record({ metadata: json, spec: json }),
      fc.record({ metadata: fc.constant({}), spec: fc.record({ template: json }) }),
      fc.record({
        metadata: fc.constant({}),
        spec: fc.record({ template: fc.record({ metadata: json, spec: json }, { requiredKeys: ['spec'] }) }),
      }),
    )
    .map((object) => JSON.parse(JSON.stringify(object)));

  test('is allowed or rejected as unreadable', () => {
    const seen = { allowed: 0, bad: 0 };
    fc.assert(
      fc.property(
        kinds,
        fc.constantFrom('CREATE', 'UPDATE', 'DELETE', 'CONNECT'),
        objects,
        (kind, operation, object) => {
          const request = workloadRequest(kind, object, { operation, oldObject: object });
          const verdict = unlessBad(() => warnWorkload(request, smallLookup, denyOn(AFTER)));
          seen[verdict ? 'allowed' : 'bad']++;
          if (!verdict) return;
          expect(verdict.kind).toBe('allowed');
          expectSmallWarnings(verdict.warnings);
        },
      ),
      { numRuns: RUNS },
    );
    expect(Math.min(seen.allowed, seen.bad)).toBeGreaterThan(RUNS / 20);
  });
});

function unlessBad(handle: () => Verdict): Verdict | undefined {
  try {
    return handle();
  } catch (error) {
    expect(error).toBeInstanceOf(BadReview);
    return undefined;
  }
}

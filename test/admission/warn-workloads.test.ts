import { describe, expect, test } from 'vitest';
import { reviewedWorkloadKinds } from '../../src/admission/workload.ts';
import { smallLookup } from '../support/catalog.ts';
import { denyOn, removal } from '../support/removal.ts';
import { podOf, workloadOf, workloadRequest } from '../support/reviews.ts';
import { expectAllowed } from '../support/verdicts.ts';
import { warnWorkload } from '../support/webhooks.ts';

const deprecated = 'container "web": node12 is deprecated';

describe.each(reviewedWorkloadKinds)('a %s', (kind) => {
  const pod = podOf({ web: 'tf-node12', other: 'hollow' });
  const object = workloadOf(kind, pod);

  test('passes as it is, whatever its Pods will meet with', () => {
    for (const policy of [removal, denyOn('2099-01-01')]) {
      const verdict = warnWorkload(workloadRequest(kind, object), smallLookup, policy);
      expect(verdict.kind).toBe('allowed');
      expect(verdict.warnings).toContain(deprecated);
    }
  });

  test('is warned about as a whole by an update, since who applies a change should hear', () => {
    const request = workloadRequest(kind, object, { operation: 'UPDATE', oldObject: object });
    expect(warnWorkload(request, smallLookup, removal).warnings).toContain(deprecated);
  });

  test('is warned about in a dry run, too', () => {
    const request = workloadRequest(kind, object, { dryRun: true });
    expect(warnWorkload(request, smallLookup, removal)).toEqual(
      warnWorkload(workloadRequest(kind, object), smallLookup, removal),
    );
  });

  test("is nobody's to read where a controller made it", () => {
    const owned = workloadOf(kind, pod, { ownerReferences: [{ kind: 'Owner', controller: true }] });
    expectAllowed(warnWorkload(workloadRequest(kind, owned), smallLookup, removal));
  });

  test('may go', () => {
    const request = workloadRequest(kind, null, { operation: 'DELETE', oldObject: object });
    expectAllowed(warnWorkload(request, smallLookup, removal));
  });

  test('with more containers than any node runs is warned about that alone, before it costs anything', () => {
    const crowd = podOf(Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`c${i}`, 'node12'])));
    expectAllowed(warnWorkload(workloadRequest(kind, workloadOf(kind, crowd)), smallLookup, removal), [
      'its Pods will be denied: this template has 1001 containers, and at most 1000 of one Pod get their images resolved',
    ]);
  });
});

import fastJsonPatch from 'fast-json-patch';
import { describe, expect, test } from 'vitest';
import { answerReview } from '../../src/admission/answer.ts';
import { lookupOf } from '../support/catalog.ts';
import { warnOn } from '../support/removal.ts';
import { type Json, podReview } from '../support/reviews.ts';
import { mutatePod } from '../support/webhooks.ts';

const KIB = 1024;
/** Bytes of all annotation keys and values of an object: k8s.io/apimachinery, pkg/api/validation, TotalAnnotationSizeLimitB. */
const KUBERNETES_ALLOWS = 256 * KIB;

const bytes = (text: string): number => Buffer.byteLength(text);
const long = (prefix: string, length: number): string => prefix.padEnd(length, 'x');
const range = (count: number): number[] => [...new Array(count).keys()];

/** Names and URLs of the greatest length that the catalog allows: 63 and 255 characters. */
const replacement = long('new', 63);
const lookup = lookupOf(
  Object.fromEntries(
    range(1_000).map((i) => [
      long(`old-${i}-`, 63),
      {
        state: 'deprecated',
        image: long(`registry.example.org/old-${i}-`, 255),
        aliases: [long(`alias-${i}-`, 63)],
        deprecation: { replacement, removal: '2027-03-01', url: `https://${long('c', 200)}.example.org` },
      },
    ]),
  ),
);

const containers = (count: number) =>
  range(count).map((i) => ({ name: long(`c${i}-`, 63), image: `${long(`alias-${i}-`, 63)}:latest` }));

interface Answered {
  /** The Pod after the API server has applied the patch. */
  readonly pod: Json;
  readonly patch: readonly Json[];
  readonly answerBytes: number;
  readonly warnings: readonly string[];
}

function admit(pod: Json): Answered {
  const review = Buffer.from(JSON.stringify(podReview(pod)));
  const { status, body } = answerReview(review, (request) =>
    mutatePod(request, lookup, warnOn('2026-11-22')),
  );
  expect(status).toBe(200);
  const { response } = JSON.parse(body);
  expect(response.allowed).toBe(true);
  const patch = JSON.parse(Buffer.from(response.patch ?? 'W10=', 'base64').toString());
  return {
    pod: fastJsonPatch.applyPatch(structuredClone(pod), patch).newDocument,
    patch,
    answerBytes: bytes(body),
    warnings: response.warnings ?? [],
  };
}

const podOf = (count: number, annotations?: Json): Json => ({
  metadata: { name: 'crowd', ...(annotations ? { annotations } : {}) },
  spec: { containers: containers(count) },
});

const annotationBytes = ({ metadata }: Json): number =>
  Object.entries<string>(metadata.annotations ?? {}).reduce(
    (sum, [key, value]) => sum + bytes(key) + bytes(value),
    0,
  );

describe('a Pod of 1,000 containers with the longest names', () => {
  test('gets at most 64 KiB of annotations, for the first containers, and all of its images', () => {
    const { pod } = admit(podOf(1_000));
    expect(annotationBytes(pod)).toBeLessThanOrEqual(64 * KIB);
    expect(annotationBytes(pod)).toBeGreaterThan(60 * KIB);
    const annotated = Object.keys(pod.metadata.annotations).filter((key) => key.startsWith('name.'));
    expect(annotated).toEqual(
      range(annotated.length).map((i) => `name.image-config.toolforge.org/${long(`c${i}-`, 63)}`),
    );
    expect(pod.metadata.labels).toEqual({ 'image-config.toolforge.org/deprecated': 'true' });
    for (const { image } of pod.spec.containers) expect(image).toMatch(/^registry\.example\.org\/.*:latest$/);
  });

  test('gets no annotation that would exceed the 256 KiB that Kubernetes allows', () => {
    for (const own of [190 * KIB, 250 * KIB, 255 * KIB, KUBERNETES_ALLOWS - 1]) {
      const { pod } = admit(podOf(1_000, { note: '\u20ac'.repeat((own - 4) / 3) }));
      expect(annotationBytes(pod)).toBeLessThanOrEqual(KUBERNETES_ALLOWS);
    }
  });

  test('gets the same annotations from a second call', () => {
    for (const own of [0, 190 * KIB, 255 * KIB]) {
      const { pod } = admit(podOf(1_000, { note: 'x'.repeat(own) }));
      expect(admit(pod).patch).toEqual([]);
    }
  });

  test('gets an answer of at most 1 MiB, with at most 4,096 bytes of warnings', () => {
    const { answerBytes, warnings } = admit(podOf(1_000));
    expect(answerBytes).toBeLessThanOrEqual(1024 * KIB);
    expect(warnings.reduce((sum, warning) => sum + bytes(warning), 0)).toBeLessThanOrEqual(4_096);
    expect(warnings.at(-1)).toBe('and more, which there is no room for');
  });
});

test('20,000 forged annotations get an answer of less than 5 times their bytes, and 0 of them remain', () => {
  const lies = Object.fromEntries(range(20_000).map((i) => [`name.image-config.toolforge.org/${i}`, '']));
  const { pod, answerBytes } = admit(podOf(1, lies));
  expect(answerBytes).toBeLessThan(5 * annotationBytes({ metadata: { annotations: lies } }));
  expect(Object.keys(pod.metadata.annotations)).toHaveLength(3);
});

import { Buffer } from 'node:buffer';
import { BadReview, decoder } from './decode.ts';
import type { JsonPatchOperation } from './json-patch.ts';
import { allowed, type Verdict } from './verdict.ts';

/** An answer of this program, as `reviewText` writes it. */
export interface RecordedAnswer {
  readonly uid: string;
  readonly verdict: Verdict;
}

/** Reads an AdmissionReview that is an answer: it has a `response` and no `request`. Undefined for any other body. */
export function readResponse(body: unknown): RecordedAnswer | undefined {
  if (typeof body !== 'object' || body === null || !('response' in body) || !isAbsent(body, 'request'))
    return undefined;
  const { uid, allowed: isAllowed, status, patch, warnings } = decodeResponse(body.response, 'response');
  return { uid, verdict: { ...resultOf(isAllowed, status, patch), warnings: warnings ?? [] } };
}

const isAbsent = (body: object, key: string): boolean =>
  ((body as Readonly<Record<string, unknown>>)[key] ?? undefined) === undefined;

function resultOf(isAllowed: boolean, status: WireResponse['status'], patch: WireResponse['patch']) {
  if (!isAllowed)
    return {
      kind: 'denied',
      message: status?.message || 'no message',
      causes: (status?.details?.causes ?? []).map(({ field, message }) => ({
        field: field ?? '',
        message: message ?? '',
      })),
      codes: [],
      instead: allowed(),
    } as const;
  if (!patch) return { kind: 'allowed' } as const;
  return { kind: 'patched', operations: decodeOperations(fromBase64(patch), 'response.patch') } as const;
}

function fromBase64(patch: string): unknown {
  try {
    return JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));
  } catch (error) {
    throw new BadReview('response.patch is no JSON in base64', { cause: error });
  }
}

/** Go leaves out empty fields, or writes null. */
interface WireResponse {
  uid: string;
  allowed: boolean;
  status?: {
    message?: string | null;
    details?: { causes?: readonly { field?: string | null; message?: string | null }[] | null } | null;
  } | null;
  patch?: string | null;
  warnings?: readonly string[] | null;
}

const text = { type: 'string', nullable: true };

const decodeResponse = decoder<WireResponse>({
  type: 'object',
  required: ['uid', 'allowed'],
  properties: {
    uid: { type: 'string', minLength: 1 },
    allowed: { type: 'boolean' },
    status: {
      type: 'object',
      nullable: true,
      properties: {
        message: text,
        details: {
          type: 'object',
          nullable: true,
          properties: {
            causes: {
              type: 'array',
              nullable: true,
              items: { type: 'object', properties: { field: text, message: text } },
            },
          },
        },
      },
    },
    patch: text,
    warnings: { type: 'array', nullable: true, items: { type: 'string' } },
  },
});

/** This program sends no other operations. */
const decodeOperations = decoder<JsonPatchOperation[]>({
  type: 'array',
  items: {
    type: 'object',
    required: ['op', 'path'],
    properties: { op: { type: 'string', enum: ['add', 'remove'] }, path: { type: 'string' } },
  },
});

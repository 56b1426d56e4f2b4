import { Ajv, type ErrorObject, type SchemaObject } from 'ajv';
import type { StringMap } from '../catalog/kubernetes-objects.ts';
import { found } from './quoting.ts';

/** A body that is not a review for this program. The API server gets HTTP 400 with this message. */
export class BadReview extends Error {
  override readonly name = 'BadReview';
}

/** Checks an `unknown` and returns it as a T, or throws a BadReview. `where` names the value in the message. */
export type Decode<T> = (value: unknown, where: string) => T;

// verbose: messages show the value found. The schemas are constants and have tests; validating them against the meta-schema
// at each start took a tenth of it.
const ajv = new Ajv({ verbose: true, meta: false, validateSchema: false });

/**
 * A map of strings to strings. With `additionalProperties` instead, ajv puts the key into a path: for a key of megabytes of
 * slashes and tildes, that alone takes seconds.
 */
ajv.addKeyword({
  keyword: 'texts',
  type: 'object',
  validate: (_: true, map: Record<string, unknown>) => keyOfNoText(map) === undefined,
});

const keyOfNoText = (map: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(map).find((key) => typeof map[key] !== 'string');

/** The schema of a `StringMap`. */
export const textsSchema = { type: 'object', nullable: true, texts: true };

/** The metadata of an object, as far as it is read. */
export interface Metadata {
  readonly name?: string | null;
  readonly namespace?: string | null;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
}

export const metadataSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', nullable: true },
    namespace: { type: 'string', nullable: true },
    labels: textsSchema,
    annotations: textsSchema,
  },
};

/** Compiles a schema. Call it when a module loads. Schemas list only the fields that are read; any other field is accepted. */
export function decoder<T>(schema: SchemaObject): Decode<T> {
  const accepts = ajv.compile<T>(schema);
  return (value, where) => {
    if (accepts(value)) return value;
    throw new BadReview(
      accepts.errors?.[0] ? fault(where, accepts.errors[0]) : `${where} is not as expected`,
    );
  };
}

function fault(where: string, { keyword, params, instancePath, data }: ErrorObject): string {
  const field = where + fieldPath(instancePath.split('/').slice(1));
  switch (keyword) {
    case 'required':
      return `${field}.${params.missingProperty} is missing`;
    case 'minLength':
      return `${field} is empty`;
    case 'enum':
      return `${field} should be one of ${params.allowedValues.join(', ')}, and is ${found(data)}`;
    case 'type':
      return `${field} should be ${oneOf(params.type)}, and is ${found(data)}`;
    case 'texts': {
      const map = data as Readonly<Record<string, unknown>>;
      const key = keyOfNoText(map) ?? '';
      return `${field}${fieldPath([key])} should be a string, and is ${found(map[key])}`;
    }
    default:
      return `${field} is not as expected (${keyword})`;
  }
}

/** `.metadata.labels["a.b/c"]`, `.containers[0]`. Keys come from the request and can have any length. */
const fieldPath = (keys: readonly string[]): string =>
  keys
    .map((key) => {
      if (/^\d{1,9}$/.test(key)) return `[${key}]`;
      return /^[A-Za-z]\w{0,40}$/.test(key) ? `.${key}` : `[${found(key)}]`;
    })
    .join('');

const NOUNS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  boolean: 'true or false',
};

/** The types of a schema in words. Null is left out: Go writes it for an empty list or map, but people should not. */
const oneOf = (types: string | readonly string[]): string =>
  (typeof types === 'string' ? types.split(',') : types)
    .filter((type) => type !== 'null')
    .map((type) => NOUNS[type] ?? type)
    .join(' or ');

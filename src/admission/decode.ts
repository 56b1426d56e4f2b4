import { Ajv, type ErrorObject, type SchemaObject } from 'ajv';
import { found } from './quoting.ts';

/** What came is no review that can be answered here. The API server gets HTTP 400 with this message. */
export class BadReview extends Error {
  override readonly name = 'BadReview';
}

/** Turns `unknown` into a T that was checked, or throws a BadReview; `where` says in it what was looked at. */
export type Decode<T> = (value: unknown, where: string) => T;

// verbose: the value found belongs to the message. The schemas are ours, and the tests see to them: to check them against
// the schema of schemas at each start took a tenth of it.
const ajv = new Ajv({ verbose: true, meta: false, validateSchema: false });

/**
 * A map of texts to texts. Instead of `additionalProperties`, of which ajv puts the key into a path: with a key of
 * megabytes of slashes and tildes that alone takes seconds.
 */
ajv.addKeyword({
  keyword: 'texts',
  type: 'object',
  validate: (_: true, map: Record<string, unknown>) => keyOfNoText(map) === undefined,
});

const keyOfNoText = (map: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(map).find((key) => typeof map[key] !== 'string');

/** Compiles a schema once, when its module loads. Schemas name only what is read: other fields pass. */
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

/** As people write it: `.metadata.labels["a.b/c"]`, `.containers[0]`. Some keys are outside text, of any length. */
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

/** Null is never worth suggesting, though Go writes it for an empty list or map. */
const oneOf = (types: string | readonly string[]): string =>
  (typeof types === 'string' ? types.split(',') : types)
    .filter((type) => type !== 'null')
    .map((type) => NOUNS[type] ?? type)
    .join(' or ');

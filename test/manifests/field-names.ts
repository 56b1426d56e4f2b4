import * as models from '@kubernetes/client-node';
import type { Json } from '../support/reviews.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

/** Paths of the object's fields that its API type does not have. No other check finds them: YAML has no types. */
export function* unknownFields(object: Json): Iterable<string> {
  yield* unknownIn(object, `V1${object.kind}`, `${object.kind}/${object.metadata.name}`);
}

function* unknownIn(value: Json, type: string, at: string): Iterable<string> {
  const item = /^(?:Array|Set)<(.*)>$/.exec(type)?.[1];
  const member = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (item !== undefined) {
    for (const [index, element] of value.entries()) yield* unknownIn(element, item, `${at}[${index}]`);
  } else if (member !== undefined) {
    for (const [key, element] of Object.entries(value)) yield* unknownIn(element, member, `${at}.${key}`);
  } else if (!isScalar(type)) {
    const attributes = attributesOf(type);
    for (const [key, element] of Object.entries(value)) {
      const attribute = attributes.find(({ baseName }) => baseName === key);
      if (attribute) yield* unknownIn(element, attribute.type, `${at}.${key}`);
      else yield `${at}.${key}`;
    }
  }
}

const isScalar = (type: string): boolean =>
  ['string', 'number', 'boolean', 'Date', 'any', 'IntOrString'].includes(type);

function attributesOf(type: string): readonly Attribute[] {
  const model = (models as Json)[type];
  if (typeof model?.getAttributeTypeMap !== 'function') throw new Error(`there is no API type ${type}`);
  return model.getAttributeTypeMap();
}

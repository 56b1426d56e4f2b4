import { catalogSchema } from '../../src/catalog/catalog-schema.ts';
import { defaultPolicy } from '../../src/settings.ts';

/** Names and aliases, as the rule about their form has them. */
const NAME = {
  type: 'string',
  pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$',
  maxLength: 63,
  not: { const: 'buildservice' },
};

const entry = catalogSchema.additionalProperties;
const { state, image, aliases, 'former-images': formerImages, variants, deprecation } = entry.properties;

/** The schema for editors: the one that catalogs are checked with, the forms of names, states and dates, and words for people. */
export const editorSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: "Toolforge's catalog of container images (images-v1.yaml)",
  ...catalogSchema,
  minProperties: 1,
  propertyNames: { ...NAME, description: 'The canonical name of an image, such as python3.11.' },
  additionalProperties: {
    ...entry,
    description: 'One image.',
    properties: {
      state: {
        ...state,
        enum: [...defaultPolicy.states],
        description: 'stable or deprecated. webservice shows beta, and jobs hides it.',
      },
      image: { ...image, description: 'The URL that jobs get, without tag and digest.' },
      aliases: { ...aliases, items: NAME, description: 'Other names that resolve, and are not listed.' },
      'former-images': {
        ...formerImages,
        description: 'URLs that the entry once had. They resolve backwards.',
      },
      variants: { ...variants, description: 'The images of single clients. Required, if only as {}.' },
      deprecation: {
        ...deprecation,
        description: 'What users of a deprecated image are told.',
        properties: {
          ...deprecation.properties,
          removal: {
            type: 'string',
            pattern: '^\\d{4}-\\d{2}-\\d{2}$',
            description: 'YYYY-MM-DD, in quotes.',
          },
        },
      },
    },
  },
};

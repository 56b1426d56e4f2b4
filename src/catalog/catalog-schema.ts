const text = { type: 'string' } as const;

/** Real entries have two or three former images. The limit keeps lookups small. */
const MOST_FORMER_IMAGES = 20;

/**
 * The fields that the consumers require, and all fields that the consumers or this program know. The consumers are jobs-api
 * (tjf/core/images.py) and tools-webservice (toolsws/backends/kubernetes.py, get_types), which reads every entry at every call.
 */
export const catalogSchema = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    required: ['state', 'variants'],
    additionalProperties: false,
    properties: {
      state: text,
      image: text,
      aliases: { type: 'array', items: text },
      'former-images': { type: 'array', items: text, maxItems: MOST_FORMER_IMAGES },
      variants: {
        type: 'object',
        properties: {
          'jobs-framework': {
            type: 'object',
            required: ['image'],
            additionalProperties: false,
            properties: { image: text },
          },
          webservice: {
            type: 'object',
            required: ['image', 'extra'],
            additionalProperties: false,
            properties: {
              image: text,
              extra: {
                type: 'object',
                required: ['wstype'],
                additionalProperties: false,
                properties: {
                  wstype: { type: 'string', enum: ['generic', 'js', 'lighttpd', 'lighttpd-plain', 'python'] },
                  resources: { type: 'string', enum: ['default', 'jdk'] },
                },
              },
            },
          },
        },
        // An unknown variant is reported as an unknown field, and its image still counts as an image.
        additionalProperties: { type: 'object', properties: { image: text } },
      },
      deprecation: {
        type: 'object',
        additionalProperties: false,
        properties: { replacement: text, removal: text, url: text },
      },
    },
  },
} as const;

/** The schema of an entry, of its variants and so on. */
export interface FieldSchema {
  readonly type: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

/** How ajv checks it. The schema itself is not validated: compiling the schema of schemas would take longer than compiling ours. */
export const catalogSchemaOptions = {
  allErrors: true,
  verbose: true,
  ownProperties: true,
  strict: true,
  meta: false,
  validateSchema: false,
} as const;

export const entrySchema: FieldSchema = catalogSchema.additionalProperties;

/** The fields of an entry that the consumers or this program read. */
export const entryFields: ReadonlySet<string> = new Set(Object.keys(entrySchema.properties ?? {}));

/** The fields below those of an entry, at any depth. */
export const deeperFields: ReadonlySet<string> = new Set(
  Object.values(entrySchema.properties ?? {}).flatMap(fieldsBelow),
);

function fieldsBelow({ properties = {} }: FieldSchema): readonly string[] {
  return [...Object.keys(properties), ...Object.values(properties).flatMap(fieldsBelow)];
}
